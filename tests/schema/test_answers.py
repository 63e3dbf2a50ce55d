"""What makes two requests under one key the same: all of the input but the key itself and the place in a queue."""

from dataclasses import replace
from typing import Any

from schema.answers import fingerprint
from schema.holds import BestAvailableInput, GeneralAdmissionInput, LockTicketsInput
from schema.orders import BuyTicketsInput

ASKED = LockTicketsInput(session_id="session_1", seats=["A-1", "A-2"], idempotency_key="k")  # type: ignore[arg-type]  # an ID is a str


def changed(**fields: Any) -> bool:
    return fingerprint(replace(ASKED, **fields)) != fingerprint(ASKED)


def test_another_input_is_another_fingerprint() -> None:
    places: Any = [GeneralAdmissionInput(ticket_type_id="tickettype_1", quantity=1)]  # type: ignore[arg-type]  # an ID is a str
    best: Any = BestAvailableInput(quantity=2, ticket_type_id="tickettype_1")  # type: ignore[arg-type]  # an ID is a str
    assert changed(session_id="session_2")
    assert changed(seats=["A-2", "A-1"])
    assert changed(seats=["A-1"], general_admission=places)
    assert changed(seats=None, best_available=best)
    assert fingerprint(replace(ASKED, best_available=best)) != fingerprint(
        replace(ASKED, best_available=replace(best, accessible=1))
    )


def test_a_new_queue_token_asks_for_the_same() -> None:
    assert not changed(queue_token="token", idempotency_key="another")


def test_of_a_purchase_the_inner_key_is_not_looked_at_but_the_payment_is() -> None:
    bought = BuyTicketsInput(tickets=ASKED, payment_method="sandbox-ok", idempotency_key="k")
    assert fingerprint(replace(bought, tickets=replace(ASKED, idempotency_key=None))) == fingerprint(bought)
    assert fingerprint(replace(bought, payment_method="sandbox-slow")) != fingerprint(bought)


def test_an_argument_alone_has_a_fingerprint_too() -> None:
    assert fingerprint("hold_1") == fingerprint("hold_1") != fingerprint("hold_2")
