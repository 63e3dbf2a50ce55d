"""Who works with the API itself and not only with our pages, and who may therefore ask what it is made of."""

from enum import StrEnum

from domain.viewers import Role, Viewer


def insider(viewer: Viewer | None) -> bool:
    """Staff and partners."""
    if viewer is not None and viewer.grant is not None:
        return viewer.grant.widget is None
    return viewer is not None and viewer.has(Role.ORGANIZER, Role.ADMIN)


class Introspection(StrEnum):
    """`STAFF`: for insiders only."""

    ON = "on"
    STAFF = "staff"
    OFF = "off"

    def allows(self, viewer: Viewer | None) -> bool:
        return self is Introspection.ON or (self is Introspection.STAFF and insider(viewer))
