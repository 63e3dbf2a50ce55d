"""What must hold of the tables whatever happened before. Each is asked in one statement, so of one moment.

A body answers a row for everything that it looks at: the session, a name or id, and whether it is broken (NULL is broken).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """`subject` is what a row's id is one of, or a word to stand before its name."""

    name: str
    promise: str
    subject: str
    body: str


LIVE = "('VALID', 'USED')"
SEATS = (
    Invariant(
        "one_ticket_a_seat",
        "No seat has two live tickets.",
        "seat",
        f"""SELECT session_id AS session, min(seat_label) AS name, count(*) > 1 AS broken FROM ticket
        WHERE status IN {LIVE} AND seat_number IS NOT NULL GROUP BY session_id, seat_number""",
    ),
    Invariant(
        "sold_seats_have_tickets",
        "A seat is SOLD exactly while it has a live ticket.",
        "seat",
        f"""SELECT s.session_id AS session, s.label AS name, (s.status = 'SOLD') <> (t.id IS NOT NULL) AS broken
        FROM seat s LEFT JOIN ticket t ON t.session_id = s.session_id AND t.seat_number = s.number AND t.status IN {LIVE}""",
    ),
    Invariant(
        "held_seats_have_holds",
        "A seat is HELD exactly by the live hold that names it.",
        "seat",
        """SELECT s.session_id AS session, s.label AS name, h.id IS NULL AS broken
        FROM seat s LEFT JOIN hold h ON h.id = s.hold_id AND h.session_id = s.session_id
            AND h.state IN ('ACTIVE', 'ORDERED') AND s.number = ANY (h.seat_numbers)
        WHERE s.status = 'HELD' OR s.hold_id IS NOT NULL
        UNION ALL
        SELECT h.session_id, one.label, s.hold_id IS DISTINCT FROM h.id OR s.status <> 'HELD'
        FROM hold h CROSS JOIN LATERAL unnest(h.seat_numbers, h.seat_labels) AS one (number, label)
        LEFT JOIN seat s ON s.session_id = h.session_id AND s.number = one.number AND s.label = one.label
        WHERE h.state IN ('ACTIVE', 'ORDERED')""",
    ),
    Invariant(
        "ended_holds_hold_nothing",
        "A hold that was over, with no payment under way, when its session last changed has ended.",
        "hold",
        """SELECT h.session_id AS session, h.id::text AS name,
            coalesce(greatest(h.expires_at, paying.until) <= last.at, false) AS broken FROM hold h
        CROSS JOIN LATERAL (SELECT max(committed_at) AS at FROM session_change c WHERE c.session_id = h.session_id) AS last
        CROSS JOIN LATERAL (
            SELECT max(p.settled_at) AS until FROM ticket_order o JOIN payment p ON p.order_id = o.id
            WHERE o.hold_id = h.id) AS paying
        WHERE h.state = 'ACTIVE'""",
    ),
)
COUNTS = (
    Invariant(
        "capacity_is_conserved",
        "Seats and places make up the capacity.",
        "session",
        """SELECT session_id AS session, session_id::text AS name, capacity <>
            (SELECT count(*) FROM seat s WHERE s.session_id = i.session_id)
            + (SELECT coalesce(sum(capacity), 0) FROM admission_pool p WHERE p.session_id = i.session_id) AS broken
        FROM inventory i""",
    ),
    Invariant(
        "counters_are_counts",
        "The counters of a session are those of its seats and pools.",
        "session",
        """SELECT i.session_id AS session, i.session_id::text AS name,
            (i.held, i.sold, i.blocked) <> (seats.held + pools.held, seats.sold + pools.sold, seats.blocked) AS broken
        FROM inventory i CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status = 'HELD') AS held, count(*) FILTER (WHERE status = 'SOLD') AS sold,
                   count(*) FILTER (WHERE status = 'BLOCKED') AS blocked FROM seat s WHERE s.session_id = i.session_id
        ) AS seats CROSS JOIN LATERAL (
            SELECT coalesce(sum(held), 0) AS held, coalesce(sum(sold), 0) AS sold
            FROM admission_pool p WHERE p.session_id = i.session_id
        ) AS pools""",
    ),
    Invariant(
        "counters_stay_in_bounds",
        "No more is held and sold than there is, and never less than nothing.",
        "session",
        """SELECT session_id AS session, session_id::text AS name,
            held + sold + blocked > capacity OR least(held, sold, blocked) < 0 AS broken FROM inventory
        UNION ALL SELECT session_id, session_id::text, held + sold > capacity OR least(held, sold) < 0 FROM admission_pool""",
    ),
    Invariant(
        "pools_are_tickets_and_holds",
        "A pool has sold its live tickets and holds what live holds name.",
        "tickettype",
        f"""SELECT p.session_id AS session, ticket_type_id::text AS name,
            sold <> (SELECT count(*) FROM ticket t WHERE t.ticket_type_id = p.ticket_type_id AND t.session_id = p.session_id
                AND t.status IN {LIVE})
            OR held <> (SELECT coalesce(sum(place.quantity), 0) FROM hold h,
                unnest(h.admission_types, h.admission_quantities) AS place (type, quantity)
                WHERE h.session_id = p.session_id AND h.state IN ('ACTIVE', 'ORDERED') AND type = p.ticket_type_id) AS broken
        FROM admission_pool p""",
    ),
)
ORDERS = (
    Invariant(
        "sold_holds_have_tickets",
        "A sold hold has its tickets, any other has none.",
        "hold",
        """SELECT h.session_id AS session, h.id::text AS name,
            (SELECT count(*) FROM ticket_order o JOIN ticket t ON t.order_id = o.id WHERE o.hold_id = h.id)
            <> CASE h.state WHEN 'CONVERTED' THEN h.quantity ELSE 0 END AS broken FROM hold h""",
    ),
    Invariant(
        "orders_fit_their_holds",
        "An order's status is that of its hold and tickets.",
        "order",
        """SELECT o.session_id AS session, o.id::text AS name, NOT CASE o.status
            WHEN 'AWAITING_PAYMENT' THEN h.state IN ('ACTIVE', 'ORDERED')
            WHEN 'PAID' THEN h.state = 'CONVERTED' AND live > 0
            WHEN 'EXPIRED' THEN h.state = 'EXPIRED'
            ELSE h.state IN ('RELEASED', 'CONVERTED') AND live = 0 END AS broken
        FROM ticket_order o LEFT JOIN hold h ON h.id = o.hold_id CROSS JOIN LATERAL (
            SELECT count(*) AS live FROM ticket t WHERE t.order_id = o.id AND t.status <> 'CANCELLED') AS tickets""",
    ),
    Invariant(
        "ordered_holds_are_being_paid",
        "A hold is ORDERED exactly while a payment of it is under way.",
        "hold",
        """SELECT h.session_id AS session, h.id::text AS name, (h.state = 'ORDERED') <> EXISTS (
            SELECT FROM payment p WHERE p.order_id = o.id AND p.status = 'PENDING') AND h.ended_at IS NULL AS broken
        FROM hold h LEFT JOIN ticket_order o ON o.hold_id = h.id""",
    ),
    Invariant(
        "paid_once_at_a_time",
        "An order has at most one payment under way.",
        "order",
        """SELECT session_id AS session, order_id::text AS name, count(*) > 1 AS broken
        FROM payment WHERE status = 'PENDING' GROUP BY session_id, order_id""",
    ),
)
MONEY = (
    Invariant(
        "prices_add_up",
        "A price is the sum of its parts, from the hold to the order, its payment and its tickets.",
        "hold",
        """SELECT h.session_id AS session, h.id::text AS name, total_minor <>
            (SELECT coalesce(sum(price), 0) FROM unnest(seat_prices) AS price)
            + (SELECT coalesce(sum(price * quantity), 0)
               FROM unnest(admission_prices, admission_quantities) AS one (price, quantity)) AS broken FROM hold h
        UNION ALL SELECT o.session_id, h.id::text, o.total_minor <> h.total_minor OR h.state = 'CONVERTED'
            AND h.total_minor <> (SELECT coalesce(sum(price_minor), 0) FROM ticket t WHERE t.order_id = o.id)
        FROM ticket_order o JOIN hold h ON h.id = hold_id
        UNION ALL SELECT p.session_id, o.hold_id::text, p.amount_minor <> o.total_minor
            AND (p.status = 'PENDING' OR p.status = 'SUCCEEDED'
                 AND NOT EXISTS (SELECT FROM refund WHERE payment_id = p.id AND ticket_id IS NULL))
        FROM payment p JOIN ticket_order o ON o.id = order_id""",
    ),
    Invariant(
        "money_is_for_tickets",
        "What is kept of the money is the price of the tickets that were not cancelled.",
        "order",
        """SELECT o.session_id AS session, o.id::text AS name,
            (SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE order_id = o.id AND status = 'SUCCEEDED')
            - (SELECT coalesce(sum(r.amount_minor), 0) FROM refund r JOIN payment p ON p.id = payment_id WHERE p.order_id = o.id)
            <> (SELECT coalesce(sum(price_minor), 0) FROM ticket WHERE order_id = o.id AND status <> 'CANCELLED') AS broken
        FROM ticket_order o""",
    ),
    Invariant(
        "refunds_have_payments",
        "No more is paid back of a payment than was paid.",
        "order",
        """SELECT p.session_id AS session, p.order_id::text AS name, sum(r.amount_minor) > p.amount_minor
            OR p.status <> 'SUCCEEDED' AS broken FROM refund r JOIN payment p ON p.id = payment_id
        GROUP BY p.session_id, p.id""",
    ),
    Invariant(
        "refunded_means_done",
        "An order is REFUNDED exactly when it was cancelled and its refunds are done.",
        "order",
        """SELECT o.session_id AS session, o.id::text AS name,
            o.status = 'REFUNDED' AND due > 0 OR o.status = 'CANCELLED' AND asked > 0 AND due = 0 AS broken
        FROM ticket_order o CROSS JOIN LATERAL (
            SELECT count(*) AS asked, count(*) FILTER (WHERE done_at IS NULL) AS due
            FROM refund r JOIN payment p ON p.id = payment_id WHERE p.order_id = o.id) AS refunds""",
    ),
    Invariant(
        "one_currency",
        "An order, its hold, payments and tickets are in the currency of the session.",
        "order",
        """SELECT o.session_id AS session, o.id::text AS name, (o.currency, h.currency) <> (s.currency, s.currency)
            OR EXISTS (SELECT FROM payment p WHERE p.order_id = o.id AND p.currency <> s.currency)
            OR EXISTS (SELECT FROM ticket t WHERE t.order_id = o.id AND t.currency <> s.currency) AS broken
        FROM ticket_order o JOIN session s ON s.id = o.session_id JOIN hold h ON h.id = o.hold_id""",
    ),
)
HISTORY = (
    Invariant(
        "versions_have_no_gap",
        "A session's changes are numbered without a gap from where its log begins to its version.",
        "session",
        """SELECT i.session_id AS session, i.session_id::text AS name, coalesce(base.version, 0) + log.kept <> i.version
            OR coalesce(log.last, i.version) <> i.version OR log.first <= coalesce(base.version, 0)
            OR (i.version > coalesce(base.version, 0)) <> (log.kept > 0) AS broken
        FROM inventory i LEFT JOIN session_base base USING (session_id) CROSS JOIN LATERAL (
            SELECT count(*) AS kept, coalesce(min(version), i.version + 1) AS first, max(version) AS last
            FROM session_change c WHERE c.session_id = i.session_id) AS log""",
    ),
    Invariant(
        "last_change_counts",
        "The counters of the last change are those of the session.",
        "session",
        """SELECT i.session_id AS session, i.session_id::text AS name,
            (c.available, c.held, c.sold) <> (i.capacity - i.held - i.sold - i.blocked, i.held, i.sold) AS broken
        FROM inventory i JOIN session_change c USING (session_id, version)""",
    ),
    Invariant(
        "admitted_once",
        "A ticket is USED exactly when it was admitted, and once.",
        "ticket",
        """SELECT t.session_id AS session, t.id::text AS name,
            (SELECT count(*) FROM check_in c WHERE c.ticket_id = t.id AND c.refusal IS NULL)
            <> CASE t.status WHEN 'USED' THEN 1 ELSE 0 END AS broken FROM ticket t""",
    ),
    Invariant(
        "keys_have_one_effect",
        "An idempotency key has one answer, and what that says was locked is there.",
        "user",
        """SELECT min(h.session_id::text)::uuid AS session, a.user_id::text AS name, count(*) > 1 OR coalesce(
            bool_or(a.answer ->> 'verdict' = 'DONE' AND a.answer -> 'detail' ? 'hold' AND h.id IS NULL), false) AS broken
        FROM answer a LEFT JOIN hold h ON h.user_id = a.user_id AND h.id::text = a.answer -> 'detail' ->> 'hold'
        GROUP BY a.user_id, a.operation, a.key""",
    ),
)
QUEUES = (
    Invariant(
        "the_draw_is_the_lot",
        "Who was there before the opening is drawn in the order that the published seed and the places' ids give.",
        "place",
        """SELECT p.session_id AS session, p.id::text AS name,
            p.drawn > room.last_drawn
            OR p.drawn <= lag(p.drawn, 1, 0) OVER (PARTITION BY p.room_id ORDER BY md5(room.seed || p.id), p.id) AS broken
        FROM queue_place p JOIN waiting_room room ON room.id = p.room_id WHERE p.drawn IS NOT NULL""",
    ),
    Invariant(
        "a_turn_is_one_places",
        "No number of a queue is two places', and none is beyond those that were given.",
        "place",
        """SELECT p.session_id AS session, p.id::text AS name, p.number > greatest(room.last_number, room.last_drawn)
            OR count(*) OVER (PARTITION BY p.room_id, p.number) > 1 AS broken
        FROM queue_place p JOIN waiting_room room ON room.id = p.room_id WHERE p.number IS NOT NULL""",
    ),
)
WAITING = (
    Invariant(
        "nobody_waits",
        "No transaction is idle for ten seconds, and none waits five for a lock.",
        "connection",
        """SELECT NULL::uuid AS session, pid::text AS name,
            state = 'idle in transaction' AND pg_catalog.clock_timestamp() - state_change > interval '10 s'
            OR wait_event_type = 'Lock' AND pg_catalog.clock_timestamp() - query_start > interval '5 s' AS broken
        FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND state IS NOT NULL""",
    ),
)
INVARIANTS = (*SEATS, *COUNTS, *ORDERS, *MONEY, *HISTORY, *QUEUES, *WAITING)
