"""What the lock path answers to one command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """One command's answer; `clock` is the database's when the batch was decided."""

    name: str
    detail: Mapping[str, Any]
    clock: datetime

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.detail["at"])

    @property
    def maybe_at(self) -> datetime | None:
        return self.at if self.detail.get("at") else None

    @property
    def labels(self) -> Sequence[str]:
        return list(self.detail["labels"])

    def number(self, name: str) -> int:
        return int(self.detail[name])
