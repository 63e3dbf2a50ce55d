"""Documents by what they hash to: those that clients have sent before (Apollo's automatic ones), and those that are trusted."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from graphql import GraphQLError

from domain.viewers import Viewer
from schema.serving.errors import refusal
from schema.serving.insiders import insider
from schema.serving.requests import Asked

KEPT = 1_000
KEPT_CHARACTERS = 1_000_000
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
# What a document id of GraphQL over HTTP starts with where it is a hash.
SHA256 = "sha256:"


@dataclass(frozen=True, slots=True)
class Allowed:
    """`trusted` are texts by id. Where `only` they are served, `unless` says who may ask for others."""

    trusted: Mapping[str, str] = field(default_factory=dict)
    only: bool = False
    unless: Callable[[Viewer | None], bool] = insider


class DocumentRefused(Exception):
    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


class PersistedDocuments:
    """Of one process; the longest unused one goes when there are too many, or too much of them. Trusted ones stay."""

    def __init__(self, allowed: Allowed, *, kept: int = KEPT, kept_characters: int = KEPT_CHARACTERS) -> None:
        self._trusted = {**allowed.trusted, **{hash_of(text): text for text in allowed.trusted.values()}}
        self._trusted_texts = frozenset(self._trusted.values())
        self._only, self._unless = allowed.only, allowed.unless
        self._kept, self._kept_characters = kept, kept_characters
        self._sent: OrderedDict[str, str] = OrderedDict()
        self._characters = 0

    def __len__(self) -> int:
        return len(self._sent)

    def written(self, asked: Asked, viewer: Viewer | None) -> Asked:
        """With the text that was asked for. Raises `DocumentRefused`."""
        if asked.extensions is None and asked.document_id is None and not self._only:
            return asked
        restricted = self._only and not self._unless(viewer)
        wanted = asked.document_id or _hash_in(asked.extensions)
        if not asked.query and wanted is not None:
            return replace(asked, query=self._found(wanted, restricted))
        if restricted and asked.query not in self._trusted_texts:
            raise _refused("DOCUMENT_NOT_TRUSTED", "Only documents that are listed by this server may be sent.")
        if wanted is not None and asked.document_id is None:
            self._remember(wanted, asked.query)
        return asked

    def _found(self, wanted: str, restricted: bool) -> str:
        key = wanted.removeprefix(SHA256)
        text = self._trusted.get(key)
        if text is None and not restricted and (text := self._sent.get(key)):
            self._sent.move_to_end(key)
        if text is None:
            # Apollo's and urql's clients look for these words, and send the text then.
            raise _refused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return text

    def _remember(self, hash: str, text: str) -> None:
        if text in (self._trusted.get(hash), self._sent.get(hash)):
            return
        if hash_of(text) != hash:
            raise _refused("PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
        self._sent[hash] = text
        self._characters += len(text)
        while len(self._sent) > self._kept or self._characters > self._kept_characters:
            self._characters -= len(self._sent.popitem(last=False)[1])


def hash_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hash_in(extensions: Mapping[str, object] | None) -> str | None:
    """Raises `DocumentRefused`."""
    match (extensions or {}).get("persistedQuery"):
        case None:
            return None
        case {"version": 1, "sha256Hash": str(hash)} if HASH.fullmatch(hash):
            return hash
        case {"version": 1}:
            raise _refused("BAD_REQUEST", "persistedQuery.sha256Hash is not a SHA-256 in lower case hexadecimal.")
    raise _refused("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")


def _refused(code: str, message: str) -> DocumentRefused:
    return DocumentRefused(refusal(code, message))
