"""How an app faces the public: which documents it takes, what it tells of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from schema.serving.insiders import Introspection
from schema.serving.persisted import Allowed


@dataclass(frozen=True, slots=True)
class Shell:
    """The defaults are those of development. `https`: browsers are told to come by nothing else."""

    documents: Allowed = field(default_factory=Allowed)
    introspection: Introspection = Introspection.ON
    https: bool = False

    @classmethod
    def of(
        cls,
        trusted: Mapping[str, str],
        documents: Literal["any", "trusted"],
        introspection: Literal["on", "staff", "off"],
        *,
        https: bool,
    ) -> Self:
        return cls(Allowed(trusted, only=documents == "trusted"), Introspection(introspection), https)
