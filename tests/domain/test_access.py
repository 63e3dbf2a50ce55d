"""Who may do what with an organizer's things: the whole table, and how far a right reaches."""

from domain.access import EVERYWHERE, NO_RIGHTS, NOWHERE, OF_ROLE, Reach, Right, Rights
from domain.ids import EventId, OrganizerId, new_id
from domain.organizers import MAY_GIVE, MemberRole, Post

HOUSE, OTHER = OrganizerId(new_id()), OrganizerId(new_id())
PLAY, CONCERT = EventId(new_id()), EventId(new_id())


def test_the_rights_of_each_role_are_these() -> None:
    assert OF_ROLE[MemberRole.OWNER] == OF_ROLE[MemberRole.MANAGER] == set(Right)
    assert OF_ROLE[MemberRole.BOX_OFFICE] == {Right.SEE_ORDERS, Right.CANCEL_TICKETS}
    assert OF_ROLE[MemberRole.GATE] == {Right.CHECK_IN}
    assert {role: set(given) for role, given in MAY_GIVE.items()} == {
        MemberRole.OWNER: set(MemberRole),
        MemberRole.MANAGER: {MemberRole.BOX_OFFICE, MemberRole.GATE},
        MemberRole.BOX_OFFICE: set(),
        MemberRole.GATE: set(),
    }


def test_a_right_reaches_as_far_as_the_posts_that_have_it() -> None:
    rights = Rights(posts={HOUSE: Post(MemberRole.GATE, frozenset({PLAY})), OTHER: Post(MemberRole.BOX_OFFICE)})
    assert rights.reach(Right.CHECK_IN) == Reach(events=frozenset({(HOUSE, PLAY)}))
    assert rights.reach(Right.SEE_ORDERS) == Reach(organizers=frozenset({OTHER}))
    assert rights.reach(Right.CHECK_IN, Right.SEE_ORDERS) == Reach(False, frozenset({OTHER}), frozenset({(HOUSE, PLAY)}))
    assert rights.reach(Right.MANAGE_MEMBERS) == NOWHERE
    assert [NO_RIGHTS.reach(right).nowhere for right in Right] == [True] * len(Right)


def test_a_reach_covers_an_event_of_its_organizer_and_no_organizer_by_an_event() -> None:
    one_event = Reach(events=frozenset({(HOUSE, PLAY)}))
    assert [one_event.covers(HOUSE, event) for event in (PLAY, CONCERT, None)] == [True, False, False]
    assert not one_event.covers(OTHER, PLAY)
    whole = Reach(organizers=frozenset({HOUSE}))
    assert [whole.covers(HOUSE, PLAY), whole.covers(HOUSE), whole.covers(OTHER, PLAY), whole.covers(OTHER)] == [
        True,
        True,
        False,
        False,
    ]
    assert not NOWHERE.covers(HOUSE, PLAY)


def test_an_admin_reaches_everything_as_an_owner() -> None:
    admin = Rights(admin=True)
    assert {right: admin.reach(right) for right in Right} == dict.fromkeys(Right, EVERYWHERE)
    assert (admin.role_at(HOUSE), EVERYWHERE.covers(OTHER), EVERYWHERE.nowhere) == (MemberRole.OWNER, True, False)
    member = Rights(posts={HOUSE: Post(MemberRole.GATE)})
    assert (member.role_at(HOUSE), member.role_at(OTHER)) == (MemberRole.GATE, None)
