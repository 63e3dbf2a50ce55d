"""Lists of trusted documents."""

from pathlib import Path

import orjson
import pytest
from graphql import parse

from resolvers.gateways.manifests import OWN, trusted_documents
from resolvers.gateways.settings import BadSetting
from schema.api import schema
from schema.serving.documents import Checked


def written(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return path


def test_manifests_of_several_tools_are_read_beside_our_own(tmp_path: Path) -> None:
    own = trusted_documents([])
    relay = written(tmp_path, "relay.json", {"one": "{ a }"})
    operations = [{"id": "two", "name": "B", "type": "query", "body": "query B { b }"}]
    apollo = written(tmp_path, "apollo.json", {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations})
    assert trusted_documents([relay, apollo]) == {**own, "one": "{ a }", "two": "query B { b }"}


@pytest.mark.parametrize("content", [b"", b"[]", b"nonsense", {"one": 1}, {"one": {"body": "{ a }"}}])
def test_what_is_no_manifest_is_said_so_by_the_settings_name(tmp_path: Path, content: object) -> None:
    path = written(tmp_path, "wrong.json", content)
    with pytest.raises(BadSetting, match=f"^USHER_TRUSTED_DOCUMENTS: {path} is no manifest"):
        trusted_documents([path])


def test_a_manifest_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^USHER_TRUSTED_DOCUMENTS: cannot read .*: No such file or directory.$"):
        trusted_documents([tmp_path / "nothing.json"])


def test_all_that_our_pages_send_is_valid() -> None:
    own = trusted_documents([])
    checked = [schema.documents.check(text, parse(text)) for text in own.values()]
    assert len(own) >= 40
    assert [one for one in checked if not isinstance(one, Checked)] == []


def test_the_image_has_the_list_too() -> None:
    root = Path(__file__).parents[3]
    assert f"!{OWN.relative_to(root)}" in (root / ".dockerignore").read_text().splitlines()
