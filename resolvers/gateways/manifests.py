"""Lists of trusted documents, as tools write them: id to text, or Apollo's list of operations."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from resolvers.gateways.settings import BadSetting

# What our own pages send, made with them.
OWN = Path(__file__).parents[2] / "web" / "documents.json"


class Operation(BaseModel):
    id: str
    body: str


class ApolloManifest(BaseModel):
    operations: list[Operation]


MANIFEST: TypeAdapter[ApolloManifest | dict[str, str]] = TypeAdapter(ApolloManifest | dict[str, str])


def trusted_documents(paths: Sequence[Path]) -> dict[str, str]:
    """Texts by id, with those of our pages. Raises `BadSetting`."""
    return {id: text for path in (OWN, *paths) for id, text in _documents(path).items()}


def _documents(path: Path) -> Mapping[str, str]:
    try:
        manifest = MANIFEST.validate_json(path.read_bytes())
    except OSError as error:
        raise BadSetting(f"USHER_TRUSTED_DOCUMENTS: cannot read {path}: {error.strerror}.") from error
    except ValidationError as error:
        raise BadSetting(f"USHER_TRUSTED_DOCUMENTS: {path} is no manifest: an object of document texts by id.") from error
    if isinstance(manifest, ApolloManifest):
        return {operation.id: operation.body for operation in manifest.operations}
    return manifest
