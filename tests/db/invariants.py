"""What must hold of the tables whatever happened before: each statement answers no row."""

INVARIANTS = {
    "no seat has two live tickets": """
        SELECT seat_number FROM ticket WHERE status IN ('VALID', 'USED') AND seat_number IS NOT NULL
        GROUP BY session_id, seat_number HAVING count(*) > 1""",
    "a seat is SOLD exactly while it has a live ticket": """
        SELECT s.label FROM seat s LEFT JOIN ticket t ON t.session_id = s.session_id AND t.seat_number = s.number
            AND t.status IN ('VALID', 'USED')
        WHERE (s.status = 'SOLD') <> (t.id IS NOT NULL)""",
    "a seat is HELD exactly by the live hold that names it": """
        SELECT s.label, h.id FROM seat s FULL JOIN (
            SELECT id, session_id, unnest(seat_numbers) AS number FROM hold WHERE state IN ('ACTIVE', 'ORDERED')
        ) AS h ON h.session_id = s.session_id AND h.number = s.number
        WHERE (s.status = 'HELD' OR h.id IS NOT NULL) AND s.hold_id IS DISTINCT FROM h.id""",
    "seats and places make up the capacity": """
        SELECT session_id FROM inventory i WHERE capacity <> (SELECT count(*) FROM seat s WHERE s.session_id = i.session_id)
            + (SELECT coalesce(sum(capacity), 0) FROM admission_pool p WHERE p.session_id = i.session_id)""",
    "the counters of a session are those of its seats and pools": """
        SELECT i.session_id FROM inventory i CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status = 'HELD') AS held, count(*) FILTER (WHERE status = 'SOLD') AS sold,
                   count(*) FILTER (WHERE status = 'BLOCKED') AS blocked FROM seat s WHERE s.session_id = i.session_id
        ) AS seats CROSS JOIN LATERAL (
            SELECT coalesce(sum(held), 0) AS held, coalesce(sum(sold), 0) AS sold
            FROM admission_pool p WHERE p.session_id = i.session_id
        ) AS pools
        WHERE (i.held, i.sold, i.blocked) <> (seats.held + pools.held, seats.sold + pools.sold, seats.blocked)""",
    "a pool has sold its live tickets and holds what live holds name": """
        SELECT ticket_type_id FROM admission_pool p
        WHERE sold <> (SELECT count(*) FROM ticket t WHERE t.ticket_type_id = p.ticket_type_id AND t.status IN ('VALID', 'USED'))
           OR held <> (SELECT coalesce(sum(quantity), 0) FROM (
                SELECT unnest(admission_types) AS type, unnest(admission_quantities) AS quantity
                FROM hold WHERE state IN ('ACTIVE', 'ORDERED')) AS places WHERE type = p.ticket_type_id)""",
    "exactly a sold hold has its tickets": """
        SELECT h.id FROM hold h LEFT JOIN ticket_order o ON o.hold_id = h.id LEFT JOIN ticket t ON t.order_id = o.id
        GROUP BY h.id HAVING count(t.id) <> CASE h.state WHEN 'CONVERTED' THEN h.quantity ELSE 0 END""",
    "an order's status is that of its hold and tickets": """
        SELECT o.id FROM ticket_order o JOIN hold h ON h.id = o.hold_id CROSS JOIN LATERAL (
            SELECT count(*) AS live FROM ticket t WHERE t.order_id = o.id AND t.status <> 'CANCELLED') AS tickets
        WHERE NOT CASE o.status
            WHEN 'AWAITING_PAYMENT' THEN h.state IN ('ACTIVE', 'ORDERED')
            WHEN 'PAID' THEN h.state = 'CONVERTED' AND live > 0
            WHEN 'EXPIRED' THEN h.state = 'EXPIRED'
            ELSE h.state IN ('RELEASED', 'CONVERTED') AND live = 0 END""",
    "a price is the sum of its parts": """
        SELECT h.id FROM hold h WHERE total_minor <> (SELECT coalesce(sum(price), 0) FROM unnest(seat_prices) AS price)
            + (SELECT coalesce(sum(price * quantity), 0)
               FROM unnest(admission_prices, admission_quantities) AS one (price, quantity))
        UNION SELECT o.id FROM ticket_order o JOIN hold h ON h.id = hold_id WHERE o.total_minor <> h.total_minor
        UNION SELECT p.id FROM payment p JOIN ticket_order o ON o.id = order_id WHERE p.amount_minor <> o.total_minor
            AND (p.status = 'PENDING' OR p.status = 'SUCCEEDED'
                 AND NOT EXISTS (SELECT FROM refund WHERE payment_id = p.id AND ticket_id IS NULL))""",
    "what is kept of the money is the price of the live tickets": """
        SELECT o.id FROM ticket_order o
        WHERE (SELECT coalesce(sum(amount_minor), 0) FROM payment WHERE order_id = o.id AND status = 'SUCCEEDED')
            - (SELECT coalesce(sum(r.amount_minor), 0) FROM refund r JOIN payment p ON p.id = payment_id WHERE p.order_id = o.id)
           <> (SELECT coalesce(sum(price_minor), 0) FROM ticket WHERE order_id = o.id AND status <> 'CANCELLED')""",
    "an order is REFUNDED exactly when it was cancelled and its refunds are done": """
        SELECT o.id FROM ticket_order o CROSS JOIN LATERAL (
            SELECT count(*) AS asked, count(*) FILTER (WHERE done_at IS NULL) AS due
            FROM refund r JOIN payment p ON p.id = payment_id WHERE p.order_id = o.id) AS refunds
        WHERE o.status = 'REFUNDED' AND due > 0 OR o.status = 'CANCELLED' AND asked > 0 AND due = 0""",
    "an order is being paid once at a time": """
        SELECT order_id FROM payment WHERE status = 'PENDING' GROUP BY 1 HAVING count(*) > 1""",
    "a session's changes are 1..n without a gap, and n is its version": """
        SELECT i.session_id FROM inventory i LEFT JOIN session_change c USING (session_id) GROUP BY i.session_id, i.version
        HAVING count(c.version) <> i.version OR coalesce(max(c.version), 0) <> i.version OR coalesce(min(c.version), 1) <> 1""",
    "the counters of the last change are those of the session": """
        SELECT i.session_id FROM inventory i JOIN session_change c USING (session_id, version)
        WHERE (c.available, c.held, c.sold) <> (i.capacity - i.held - i.sold - i.blocked, i.held, i.sold)""",
    "a ticket is USED exactly when it was admitted, and once": """
        SELECT t.id FROM ticket t LEFT JOIN check_in c ON c.ticket_id = t.id AND c.refusal IS NULL
        GROUP BY t.id HAVING count(c.id) <> CASE t.status WHEN 'USED' THEN 1 ELSE 0 END""",
}
