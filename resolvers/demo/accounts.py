"""The demo's people. All have the same password, which the page shows to everybody."""

from dataclasses import dataclass
from datetime import date

from domain.organizers import MemberRole
from domain.viewers import Role

PASSWORD = "usher-demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`member`: what it is to the demo's organizer."""

    email: str
    roles: frozenset[Role]
    birth_date: date | None = None
    member: MemberRole | None = None


ACCOUNTS = (
    DemoAccount("fan@example.com", frozenset({Role.ATTENDEE}), date(1990, 4, 12)),
    # Without a date of birth, so that the film for adults has somebody to refuse.
    DemoAccount("rival@example.com", frozenset({Role.ATTENDEE})),
    DemoAccount("organizer@example.com", frozenset({Role.ATTENDEE, Role.ORGANIZER}), member=MemberRole.OWNER),
    DemoAccount("gate@example.com", frozenset({Role.ATTENDEE, Role.GATE}), member=MemberRole.GATE),
    DemoAccount("admin@example.com", frozenset({Role.ATTENDEE, Role.ADMIN})),
)
