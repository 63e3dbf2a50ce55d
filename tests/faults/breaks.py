"""Guards taken out of a private Usher, one at a time: in the lock path's SQL, in the tables, or by plugging something worse in."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from tests.faults import worse
from tests.faults.ushers import Plug, as_it_is

ONE_SEAT_ONE_HOLD = "a_seat_is_one_holds"
MONEY = "money_is_for_tickets"
LIMITS = "no_more_is_given_than_there_is"
WATCHED = "watchers_see_what_is_so"
REFUSED = "what_is_refused_was_somebodys"
# Read by a function that is told how far ahead its process is.
AHEAD = "coalesce(nullif(current_setting('usher.ahead', true), ''), '0 s')::interval"


@dataclass(frozen=True, slots=True)
class Break:
    """`swaps` are a function of the lock path, a part of its text and what becomes of it; `promises` are what it has to break.

    `second_clock` is how far the clock of the second process is ahead, as Postgres writes it; `seconds` is the longest it takes.
    """

    promises: frozenset[str]
    swaps: Sequence[tuple[str, str, str]] = ()
    statement: str = ""
    plug: Plug = as_it_is
    second_clock: str = ""
    patience: float = 10.0
    seconds: float = 40.0

    async def done_to(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            for function, guard, without in self.swaps:
                source = await connection.fetchval("SELECT pg_get_functiondef($1::regproc)", function)
                assert source.count(guard) == 1, f"{function} has no such guard any more: {guard}"
                await connection.execute(source.replace(guard, without))
            await connection.execute(self.statement or "SELECT")
        finally:
            await connection.close()


def _breaks(*promises: str) -> frozenset[str]:
    return frozenset(promises)


BREAKS = {
    "no row lock": Break(
        _breaks(ONE_SEAT_ONE_HOLD, LIMITS, "counts_are_those_of_the_map", "counters_are_counts"),
        [
            ("inventory_apply", "WHERE session_id = p_session FOR UPDATE;", "WHERE session_id = p_session;"),
            # A slow disk, so that it does not take luck.
            (
                "inventory_lock",
                "INSERT INTO hold SELECT * FROM unnest(made);",
                "PERFORM pg_sleep(0.06); INSERT INTO hold SELECT * FROM unnest(made);",
            ),
        ],
    ),
    "expiry by the clock of a process": Break(
        _breaks("there_is_one_clock", ONE_SEAT_ONE_HOLD),
        [("inventory_apply", "clock := clock_timestamp();", f"clock := clock_timestamp() + {AHEAD};")],
        second_clock="5 s",
    ),
    "idempotency row not written": Break(
        _breaks("a_key_has_one_answer"), [("inventory_apply", "WHERE command ? 'key' AND NOT", "WHERE false AND NOT")]
    ),
    "idempotency row outside the transaction": Break(_breaks("a_key_has_one_answer"), plug=worse.keys_kept_aside),
    "a key for any input": Break(
        _breaks("a_key_has_one_answer"),
        [
            ("inventory_answered", "<> hash THEN 'IDEMPOTENCY_CONFLICT'", "<> hash AND false THEN 'IDEMPOTENCY_CONFLICT'"),
            ("inventory_answered", "<> hash THEN '{}'", "<> hash AND false THEN '{}'"),
        ],
    ),
    "version not gapless": Break(
        _breaks("versions_have_no_gap"),
        [("inventory_apply", "SET version = version + 1 WHERE", "SET version = version + 1 + (random() < 0.2)::int WHERE")],
        seconds=3.0,
    ),
    "what is taken is not looked at, nor unique": Break(
        _breaks(ONE_SEAT_ONE_HOLD),
        [
            (
                "inventory_lock",
                "FILTER (WHERE seat.status <> 'AVAILABLE') AS taken",
                "FILTER (WHERE seat.status = 'BLOCKED') AS taken",
            )
        ],
        "DROP INDEX ticket_seat_sold_once",
    ),
    "counters not updated": Break(
        _breaks("counts_are_those_of_the_map"),
        [("inventory_convert", "sold = inventory.sold + bought.quantity", "sold = inventory.sold")],
    ),
    "standing places not counted": Break(
        _breaks(LIMITS),
        [("inventory_lock", "ELSIF a.free < quantities[i] THEN", "ELSIF false THEN")],
        "ALTER TABLE admission_pool DROP CONSTRAINT admission_pool_check; ALTER TABLE inventory DROP CONSTRAINT inventory_check",
    ),
    "the limit of a buyer not looked at": Break(
        _breaks(LIMITS), [("inventory_lock", "WHEN c.has + coalesce(bought[seen], 0) + places > sale.ticket_limit", "WHEN false")]
    ),
    "release of another's hold": Break(_breaks("what_is_anothers_is_not_there"), plug=worse.holds_are_anybodys),
    "buying an expired hold": Break(_breaks("what_ended_is_over"), plug=worse.expired_holds_are_sold),
    "a payment under way ends with the hold's time": Break(
        _breaks("what_was_acknowledged_is_there", "orders_are_their_holds", ONE_SEAT_ONE_HOLD),
        [
            (
                "inventory_apply",
                "state = 'ACTIVE' AND expires_at <= clock",
                "state IN ('ACTIVE', 'ORDERED') AND expires_at <= clock",
            ),
            ("inventory_free", "AND session_id = p_session AND state = 'ACTIVE'", "AND session_id = p_session"),
        ],
    ),
    "refunded twice": Break(
        _breaks(MONEY),
        [
            (
                "inventory_cancel",
                "gone.price_minor, p_clock FROM payment",
                "gone.price_minor, p_clock FROM generate_series(1, 2), payment",
            )
        ],
        "ALTER TABLE refund DROP CONSTRAINT refund_ticket_id_key",
        seconds=3.0,
    ),
    "a payment that is told twice is too late": Break(
        _breaks(MONEY, "refunded_means_done"),
        [("inventory_convert", "ELSIF paid.status = 'SUCCEEDED' THEN", "ELSIF false THEN")],
        seconds=3.0,
    ),
    "refused without a reason": Break(
        _breaks(REFUSED),
        [("inventory_lock", "WHERE seat.status <> 'AVAILABLE'", "WHERE seat.status <> 'AVAILABLE' OR random() < 0.5")],
    ),
    "released seats stay held": Break(
        _breaks(REFUSED, "held_seats_have_holds"),
        [("inventory_free", "WHERE seat.session_id = p_session AND seat.number = one.number", "WHERE false")],
    ),
    "a delta without one of its seats": Break(
        _breaks(WATCHED, "a_version_is_one_map", "counts_are_those_of_the_map"),
        [("inventory_apply", "number = ANY (touched) GROUP BY", "number = ANY (touched[2:]) GROUP BY")],
    ),
    "announcements lost and versions not compared": Break(_breaks(WATCHED), plug=worse.nothing_is_heard, seconds=3.0),
    "a delta lost and the gap painted over": Break(
        _breaks(WATCHED, "a_version_is_one_map", "counts_are_those_of_the_map"), plug=worse.deltas_are_lost
    ),
    "acknowledged and forgotten": Break(
        _breaks("what_has_not_ended_is_not_over", ONE_SEAT_ONE_HOLD), plug=worse.locks_are_forgotten
    ),
    "some are never answered": Break(_breaks("everybody_is_answered"), plug=worse.some_are_not_answered, patience=2.0),
}
