"""The audit log as those see it whom it concerns."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import audit as domain
from domain.audit import AuditAction
from schema.scalars import shown

OnlyAction = Annotated[AuditAction | None, strawberry.argument(description="Only entries of this kind.")]


@strawberry.type(description="Something that is worth knowing of what was done.")
class AuditDetail:
    name: str = strawberry.field(description="What it is, e.g. role, was, admitPerMinute.")
    value: str = strawberry.field(description="As text; true and false, numbers in digits.")


@strawberry.type(description="What somebody did, when, and to what. Never changed; kept when accounts are deleted.")
class AuditEntry:
    id: strawberry.ID = strawberry.field(description="Opaque, global and stable.")
    at: datetime = strawberry.field(description="When it was done.")
    action: AuditAction = strawberry.field(description="What was done.")
    user_id: strawberry.ID | None = strawberry.field(
        description="The account that did it; null for the operator at the command line, and for a device before it is paired."
    )
    email: str | None = strawberry.field(description="That account's email, while it belongs to the organizer.")
    sign_in_id: strawberry.ID | None = strawberry.field(description="Signed in where; null where that is not known.")
    subject_id: strawberry.ID | None = strawberry.field(
        description="What it was done to: the id of a session, a ticket, a user, a device, an invitation."
    )
    organizer_id: strawberry.ID | None = strawberry.field(description="Whose things it concerned; null for nobody's.")
    details: list[AuditDetail] = strawberry.field(description="More of it, by name. Never names, emails or secrets.")

    @classmethod
    def of(cls, entry: domain.AuditEntry) -> Self:
        return cls(
            id=shown("audit", entry.id),
            at=entry.at,
            action=entry.action,
            user_id=shown("user", entry.user_id) if entry.user_id else None,
            email=entry.email,
            sign_in_id=shown("signin", entry.sign_in_id) if entry.sign_in_id else None,
            subject_id=shown(entry.subject.kind, entry.subject.id) if entry.subject else None,
            organizer_id=shown("organizer", entry.organizer_id) if entry.organizer_id else None,
            details=[_detail(name, value) for name, value in sorted(entry.details.items()) if value is not None],
        )


def _detail(name: str, value: domain.Detail) -> AuditDetail:
    return AuditDetail(name=name, value=str(value).lower() if isinstance(value, bool) else str(value))
