-- CHANGE: a buyer adds to a live hold and takes out of it, all of it or nothing. What stays keeps the price it was quoted, what
-- is added is quoted now. Called by inventory_apply, under the session's row lock. Answers the numbers of the seats that moved,
-- NULL where the hold is what it was.
CREATE OR REPLACE FUNCTION inventory_change(p_session uuid, p_command jsonb, p_clock timestamptz, p_broken int[],
    OUT verdict text, OUT detail jsonb, OUT moved int[])
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    c record;
    held hold%ROWTYPE;
    wanted hold%ROWTYPE;
    sale record;
    -- Where there is a waiting room: who has a place, an admitted one, and has shown it.
    joined int[] := '{}';
    admitted int[] := '{}';
    let_in int[] := '{}';
    picked record;
    place record;
    left_out text[];
    dropped int[];
    more boolean;
BEGIN
    SELECT * INTO c FROM jsonb_to_record(p_command) AS asked (id uuid, buyer uuid, added text[], removed text[], admissions jsonb);
    detail := '{}';
    SELECT * INTO held FROM hold WHERE id = c.id AND session_id = p_session AND user_id = c.buyer FOR UPDATE;
    IF NOT FOUND THEN
        verdict := 'NOT_FOUND';
        RETURN;
    END IF;
    SELECT session.*, event.minimum_age, account.birth_date,
           ((session.starts_at AT TIME ZONE timezone)::date - make_interval(years => coalesce(event.minimum_age, 0)))::date AS born_by,
           event.status = 'PUBLISHED' AND session.status = 'PUBLISHED' AS published,
           event.status IN ('PUBLISHED', 'CANCELLED', 'COMPLETED')
               AND session.status IN ('PUBLISHED', 'CANCELLED', 'COMPLETED') AS public,
           (SELECT coalesce(sum(quantity), 0) FROM hold
             WHERE session_id = p_session AND user_id = c.buyer AND ended_at IS NULL)
         + (SELECT count(*) FROM ticket
             WHERE session_id = p_session AND user_id = c.buyer AND status IN ('VALID', 'USED')) AS has,
           room.id AS room_id, room.opens_at AS room_opens_at
    INTO sale FROM session JOIN event ON event.id = event_id JOIN account ON account.id = c.buyer
    LEFT JOIN waiting_room AS room ON room.session_id = session.id AND room.closed_at IS NULL WHERE session.id = p_session;
    IF sale.room_id IS NOT NULL THEN
        SELECT w.joined, w.admitted, w.let_in INTO joined, admitted, let_in
        FROM waiting_room_let_in(sale.room_id, jsonb_build_array(p_command), p_clock) AS w;
    END IF;

    -- Seats that the hold has already are not added again.
    SELECT array_agg(asked.label ORDER BY at) FILTER (WHERE seat.number IS NULL) AS unknown,
           array_agg(asked.label ORDER BY at) FILTER (WHERE seat.status <> 'AVAILABLE') AS taken,
           coalesce(array_agg(seat.number ORDER BY at), '{}') AS numbers,
           coalesce(array_agg(asked.label ORDER BY at), '{}') AS labels,
           coalesce(array_agg(seat.ticket_type_id ORDER BY at), '{}') AS types,
           coalesce(array_agg(ticket_type.price_minor ORDER BY at), '{}') AS prices
    INTO picked FROM unnest(c.added) WITH ORDINALITY AS asked (label, at)
    LEFT JOIN seat ON seat.session_id = p_session AND seat.label = asked.label
    LEFT JOIN ticket_type ON ticket_type.id = seat.ticket_type_id
    WHERE asked.label <> ALL (held.seat_labels);
    SELECT array_agg(asked.label ORDER BY at) INTO left_out FROM unnest(c.removed) WITH ORDINALITY AS asked (label, at)
    WHERE NOT EXISTS (SELECT FROM seat WHERE session_id = p_session AND seat.label = asked.label);

    wanted := held;
    SELECT coalesce(array_agg(number ORDER BY at) FILTER (WHERE label <> ALL (c.removed)), '{}') || picked.numbers,
           coalesce(array_agg(label ORDER BY at) FILTER (WHERE label <> ALL (c.removed)), '{}') || picked.labels,
           coalesce(array_agg(type ORDER BY at) FILTER (WHERE label <> ALL (c.removed)), '{}') || picked.types,
           coalesce(array_agg(price ORDER BY at) FILTER (WHERE label <> ALL (c.removed)), '{}') || picked.prices,
           coalesce(array_agg(number) FILTER (WHERE label = ANY (c.removed)), '{}')
    INTO wanted.seat_numbers, wanted.seat_labels, wanted.seat_types, wanted.seat_prices, dropped
    FROM unnest(held.seat_numbers, held.seat_labels, held.seat_types, held.seat_prices) WITH ORDINALITY
        AS one (number, label, type, price, at);
    -- Of a ticket type that is asked for, as many stay as are still wanted, those that were quoted first; the rest is new.
    WITH asked AS (
        SELECT * FROM ROWS FROM (jsonb_to_recordset(c.admissions) AS (id uuid, quantity int)) WITH ORDINALITY AS x (id, quantity, at)
    ), had AS (
        SELECT one.*, sum(one.quantity) OVER (PARTITION BY type ORDER BY at) AS upto
        FROM unnest(held.admission_types, held.admission_quantities, held.admission_prices) WITH ORDINALITY
            AS one (type, quantity, price, at)
    ), parts AS (
        SELECT type, least(had.quantity, coalesce(asked.quantity, upto) - upto + had.quantity) AS quantity, price, had.at
        FROM had LEFT JOIN asked ON asked.id = type
        UNION ALL
        SELECT asked.id, asked.quantity - coalesce((SELECT sum(quantity) FROM had WHERE type = asked.id), 0), price_minor, 1000 + asked.at
        FROM asked JOIN ticket_type ON ticket_type.id = asked.id AND session_id = p_session
    ), merged AS (
        SELECT type, sum(quantity)::int AS quantity, price, min(at) AS at FROM parts WHERE quantity > 0 GROUP BY type, price
    )
    SELECT coalesce(array_agg(type ORDER BY at), '{}'), coalesce(array_agg(quantity ORDER BY at), '{}'),
           coalesce(array_agg(price ORDER BY at), '{}'), cardinality(wanted.seat_numbers) + coalesce(sum(quantity), 0)
    INTO wanted.admission_types, wanted.admission_quantities, wanted.admission_prices, wanted.quantity FROM merged;
    wanted.total_minor := (SELECT coalesce(sum(price), 0) FROM unnest(wanted.seat_prices) AS price)
        + (SELECT coalesce(sum(quantity * price), 0)
           FROM unnest(wanted.admission_quantities, wanted.admission_prices) AS one (quantity, price));
    more := picked.numbers <> '{}' OR EXISTS (
        SELECT FROM jsonb_to_recordset(c.admissions) AS asked (id uuid, quantity int)
        WHERE asked.quantity > (SELECT coalesce(sum(quantity), 0)
            FROM unnest(held.admission_types, held.admission_quantities) AS one (type, quantity) WHERE type = asked.id));

    verdict := CASE
        WHEN held.state = 'ORDERED' THEN 'NOT_ALLOWED'
        WHEN held.state <> 'ACTIVE' THEN 'HOLD_EXPIRED'
        WHEN more AND NOT sale.public THEN 'NOT_FOUND'
        WHEN picked.unknown IS NOT NULL OR left_out IS NOT NULL THEN 'UNKNOWN_SEATS'
        WHEN more AND sale.room_id IS NOT NULL AND sale.published AND sale.starts_at > p_clock AND let_in = '{}'
            THEN 'QUEUE_REQUIRED'
        WHEN more AND (NOT sale.published OR sale.sale_opens_at > p_clock OR sale.starts_at <= p_clock) THEN 'SALE_NOT_OPEN'
        WHEN more AND sale.minimum_age IS NOT NULL AND (sale.birth_date IS NULL OR sale.birth_date > sale.born_by) THEN 'AGE_RESTRICTED'
        WHEN wanted.quantity > held.quantity AND sale.has - held.quantity + wanted.quantity > sale.ticket_limit THEN 'TOO_MANY_TICKETS'
        WHEN picked.taken IS NOT NULL THEN 'SEATS_UNAVAILABLE'
        ELSE 'DONE' END;
    detail := CASE verdict
        WHEN 'HOLD_EXPIRED' THEN jsonb_build_object('at', held.ended_at)
        WHEN 'UNKNOWN_SEATS' THEN jsonb_build_object('labels', coalesce(picked.unknown, left_out))
        WHEN 'QUEUE_REQUIRED' THEN jsonb_build_object('session', p_session, 'at', sale.room_opens_at,
            'joined', joined <> '{}', 'admitted', admitted <> '{}')
        WHEN 'SALE_NOT_OPEN' THEN jsonb_build_object('at',
            CASE WHEN sale.published AND sale.sale_opens_at > p_clock THEN sale.sale_opens_at END)
        WHEN 'AGE_RESTRICTED' THEN jsonb_build_object('age', sale.minimum_age)
        WHEN 'TOO_MANY_TICKETS' THEN jsonb_build_object('limit', sale.ticket_limit)
        WHEN 'SEATS_UNAVAILABLE' THEN jsonb_build_object('labels', picked.taken)
        ELSE '{}' END;
    IF verdict = 'DONE' AND picked.numbers <> '{}' AND p_command ? 'judged' THEN
        SELECT r.verdict, r.detail INTO verdict, detail FROM inventory_judged(p_command -> 'judged', sale.single_seats, p_broken) AS r;
        wanted.single_seats := coalesce((
            SELECT array_agg(label) FROM jsonb_array_elements_text(detail -> 'singles') AS label), '{}');
    ELSIF verdict = 'DONE' AND picked.numbers <> '{}' AND sale.single_seats <> 'OFF' THEN
        verdict := 'AGAIN';
    END IF;

    FOR place IN
        SELECT asked.id, pool.ticket_type_id AS known, pool.capacity - pool.held - pool.sold AS free,
               asked.quantity - (SELECT coalesce(sum(quantity), 0)::int
                   FROM unnest(held.admission_types, held.admission_quantities) AS one (type, quantity) WHERE type = asked.id) AS more
        FROM ROWS FROM (jsonb_to_recordset(c.admissions) AS (id uuid, quantity int)) WITH ORDINALITY AS asked (id, quantity, at)
        LEFT JOIN admission_pool AS pool ON pool.ticket_type_id = asked.id AND pool.session_id = p_session ORDER BY at
    LOOP
        EXIT WHEN verdict <> 'DONE';
        IF place.known IS NULL THEN
            verdict := 'UNKNOWN_TICKET_TYPE';
            detail := jsonb_build_object('ticketType', place.id);
        ELSIF place.more > place.free THEN
            verdict := 'SOLD_OUT';
            detail := jsonb_build_object('ticketType', place.id, 'available', place.free);
        END IF;
    END LOOP;
    IF verdict = 'DONE' AND wanted.quantity = 0 THEN
        verdict := 'NOTHING_LEFT';
    END IF;

    IF verdict = 'DONE' AND wanted IS DISTINCT FROM held THEN
        moved := dropped || picked.numbers;
        UPDATE seat SET status = 'AVAILABLE', hold_id = NULL
        FROM unnest(dropped) AS one (number) WHERE seat.session_id = p_session AND seat.number = one.number;
        UPDATE seat SET status = 'HELD', hold_id = held.id
        FROM unnest(picked.numbers) AS one (number) WHERE seat.session_id = p_session AND seat.number = one.number;
        UPDATE admission_pool SET held = admission_pool.held + moving.quantity FROM (
            SELECT type, sum(quantity)::int AS quantity FROM (
                SELECT * FROM unnest(wanted.admission_types, wanted.admission_quantities) AS one (type, quantity)
                UNION ALL SELECT type, -quantity FROM unnest(held.admission_types, held.admission_quantities) AS one (type, quantity)
            ) AS both_ways GROUP BY type
        ) AS moving WHERE ticket_type_id = moving.type AND moving.quantity <> 0;
        UPDATE inventory SET held = inventory.held + wanted.quantity - held.quantity WHERE session_id = p_session;
        UPDATE hold SET quantity = wanted.quantity, total_minor = wanted.total_minor, seat_numbers = wanted.seat_numbers,
            seat_labels = wanted.seat_labels, seat_types = wanted.seat_types, seat_prices = wanted.seat_prices,
            admission_types = wanted.admission_types, admission_quantities = wanted.admission_quantities,
            admission_prices = wanted.admission_prices, single_seats = wanted.single_seats
        WHERE id = held.id;
        -- Where a payment was declined there is an order already, and the next payment is for it.
        UPDATE ticket_order SET total_minor = wanted.total_minor WHERE hold_id = held.id;
    END IF;
    IF verdict = 'DONE' THEN
        detail := jsonb_build_object('total', wanted.total_minor, 'currency', wanted.currency, 'at', wanted.expires_at,
            'seats', wanted.seat_labels, 'singles', wanted.single_seats, 'extended', held.extended_at IS NOT NULL, 'admissions', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('id', type, 'quantity', quantity) ORDER BY at), '[]') FROM (
                    SELECT type, sum(quantity) AS quantity, min(at) AS at
                    FROM unnest(wanted.admission_types, wanted.admission_quantities) WITH ORDINALITY AS one (type, quantity, at)
                    GROUP BY type) AS by_type));
    END IF;
END $$;
