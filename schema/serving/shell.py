"""How an app faces the public: which documents it takes, what it tells of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, Self

from schema.serving.insiders import Introspection
from schema.serving.persisted import Allowed


class Said(Protocol):
    """What the settings say."""

    @property
    def documents(self) -> Literal["any", "trusted"]: ...
    @property
    def introspection(self) -> Literal["on", "staff", "off"]: ...
    @property
    def https(self) -> bool: ...
    @property
    def access_log(self) -> Literal["on", "off"]: ...


@dataclass(frozen=True, slots=True)
class Shell:
    """The defaults are those of development. `https`: browsers are told to come by nothing else."""

    documents: Allowed = field(default_factory=Allowed)
    introspection: Introspection = Introspection.ON
    https: bool = False
    access_log: bool = False

    @classmethod
    def of(cls, trusted: Mapping[str, str], said: Said) -> Self:
        allowed = Allowed(trusted, only=said.documents == "trusted")
        return cls(allowed, Introspection(said.introspection), said.https, said.access_log == "on")
