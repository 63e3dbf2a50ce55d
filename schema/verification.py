"""Proof that nothing was sold twice and no money is missing, for admins."""

from typing import Self

import strawberry

from domain import verification as domain


@strawberry.type(description="Something that must hold of all that is stored, and what was found when it was asked.")
class InvariantReport:
    name: str = strawberry.field(description="Stable, snake_case; also the name in the metrics.")
    promise: str = strawberry.field(description="What must hold, in a sentence.")
    checked: int = strawberry.field(description="How many things were looked at.")
    violations: int = strawberry.field(description="How many of them break the promise; 0 is proof.")
    examples: list[str] = strawberry.field(description="The first few that do, at most five.")

    @classmethod
    def of(cls, report: domain.InvariantReport) -> Self:
        return cls(
            name=report.name,
            promise=report.promise,
            checked=report.checked,
            violations=report.violations,
            examples=list(report.examples),
        )
