"""The demo's people: who may do what."""

from datetime import date

from domain.viewers import Role
from resolvers.demo.accounts import ACCOUNTS, PASSWORD


def test_everybody_may_buy_and_each_role_has_somebody() -> None:
    assert PASSWORD == "usher-demo"
    assert {account.email: account.roles for account in ACCOUNTS} == {
        "fan@example.com": {Role.ATTENDEE},
        "rival@example.com": {Role.ATTENDEE},
        "organizer@example.com": {Role.ATTENDEE, Role.ORGANIZER},
        "gate@example.com": {Role.ATTENDEE, Role.GATE},
        "admin@example.com": {Role.ATTENDEE, Role.ADMIN},
    }


def test_the_fan_is_of_age_and_the_rival_has_not_said() -> None:
    fan, rival, *_ = ACCOUNTS
    assert (fan.birth_date, rival.birth_date) == (date(1990, 4, 12), None)
