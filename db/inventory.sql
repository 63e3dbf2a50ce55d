-- The lock path: everything that changes the inventory of one session, many commands in one call, one call in one commit.
-- Callers go through inventory_apply; the row lock on `inventory` makes the decisions of a session one after another, also
-- across processes, and every statement after it sees all that was committed before. Run at READ COMMITTED only.

-- Ends ACTIVE holds and frees what they held. Answers the numbers of the freed seats, NULL where no hold was ended:
-- a buyer may have ordered one of them in between, and ORDERED holds end by their payment only.
CREATE OR REPLACE FUNCTION inventory_free(p_session uuid, p_holds uuid[], p_state text, p_clock timestamptz) RETURNS int[]
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    freed int[];
    places int;
    ended uuid[];
BEGIN
    WITH finished AS (
        UPDATE hold SET state = p_state, ended_at = p_clock
        WHERE id = ANY (p_holds) AND session_id = p_session AND state = 'ACTIVE'
        RETURNING id, seat_numbers, admission_types, admission_quantities
    ), returned AS (
        SELECT place.type, sum(place.quantity)::int AS quantity
        FROM finished, unnest(finished.admission_types, finished.admission_quantities) AS place (type, quantity) GROUP BY place.type
    ), pools AS (
        UPDATE admission_pool SET held = held - returned.quantity
        FROM returned WHERE ticket_type_id = returned.type RETURNING returned.quantity
    )
    SELECT (SELECT array_agg(id) FROM finished),
           (SELECT array_agg(number) FROM finished, unnest(finished.seat_numbers) AS number),
           (SELECT coalesce(sum(quantity), 0) FROM pools)
    INTO ended, freed, places;
    IF ended IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE seat SET status = 'AVAILABLE', hold_id = NULL
    FROM unnest(freed) AS one (number) WHERE seat.session_id = p_session AND seat.number = one.number;
    UPDATE inventory SET held = held - places - coalesce(cardinality(freed), 0) WHERE session_id = p_session;
    UPDATE ticket_order SET status = CASE p_state WHEN 'RELEASED' THEN 'CANCELLED' ELSE 'EXPIRED' END
    WHERE hold_id = ANY (ended) AND status = 'AWAITING_PAYMENT';
    RETURN coalesce(freed, '{}');
END $$;

-- RELEASE: a buyer gives a hold back before it has ended.
CREATE OR REPLACE FUNCTION inventory_release(p_session uuid, p_hold uuid, p_clock timestamptz,
    OUT verdict text, OUT detail jsonb, OUT freed int[])
LANGUAGE plpgsql AS $$
DECLARE
    held hold%ROWTYPE;
BEGIN
    SELECT * INTO held FROM hold WHERE id = p_hold AND session_id = p_session FOR UPDATE;
    verdict := CASE
        WHEN held.id IS NULL THEN 'NOT_FOUND'
        WHEN held.state IN ('ORDERED', 'CONVERTED') THEN 'NOT_ALLOWED'
        WHEN held.state <> 'ACTIVE' THEN 'HOLD_EXPIRED'
        ELSE 'DONE' END;
    detail := jsonb_build_object('at', held.ended_at);
    IF verdict = 'DONE' THEN
        freed := inventory_free(p_session, ARRAY[p_hold], 'RELEASED', p_clock);
    END IF;
END $$;

-- CONVERT: a payment succeeded. What is held is sold, the tickets are issued, the order is paid; once.
CREATE OR REPLACE FUNCTION inventory_convert(p_session uuid, p_payment uuid, p_clock timestamptz,
    OUT verdict text, OUT detail jsonb, OUT sold int[])
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    paid payment%ROWTYPE;
    bought hold%ROWTYPE;
BEGIN
    SELECT * INTO paid FROM payment WHERE id = p_payment AND session_id = p_session FOR UPDATE;
    SELECT hold.* INTO bought FROM hold JOIN ticket_order ON hold_id = hold.id WHERE ticket_order.id = paid.order_id FOR UPDATE OF hold;
    detail := jsonb_build_object('order', paid.order_id, 'at', coalesce(bought.ended_at, p_clock));
    IF paid.id IS NULL THEN
        verdict := 'NOT_FOUND';
    ELSIF paid.status = 'SUCCEEDED' THEN
        verdict := CASE bought.state WHEN 'CONVERTED' THEN 'DONE' ELSE 'HOLD_EXPIRED' END;
    ELSIF bought.ended_at IS NOT NULL OR paid.amount_minor <> bought.total_minor THEN
        -- Money for a hold that is gone, or costs something else by now (a success after a failure): it goes back in full.
        UPDATE payment SET status = 'SUCCEEDED', settled_at = p_clock WHERE id = paid.id;
        INSERT INTO refund (payment_id, amount_minor, requested_at)
        SELECT paid.id, paid.amount_minor, p_clock WHERE paid.amount_minor > 0;
        verdict := 'HOLD_EXPIRED';
    ELSE
        verdict := 'DONE';
        sold := bought.seat_numbers;
        UPDATE payment SET status = 'SUCCEEDED', settled_at = p_clock WHERE id = paid.id;
        UPDATE hold SET state = 'CONVERTED', ended_at = p_clock WHERE id = bought.id;
        UPDATE ticket_order SET status = 'PAID', paid_at = p_clock WHERE id = paid.order_id;
        UPDATE seat SET status = 'SOLD', hold_id = NULL
        FROM unnest(sold) AS one (number) WHERE seat.session_id = p_session AND seat.number = one.number;
        UPDATE admission_pool SET held = held - place.quantity, sold = admission_pool.sold + place.quantity
        FROM (
            SELECT type, sum(quantity)::int AS quantity
            FROM unnest(bought.admission_types, bought.admission_quantities) AS one (type, quantity) GROUP BY type
        ) AS place WHERE ticket_type_id = place.type;
        UPDATE inventory SET held = held - bought.quantity, sold = inventory.sold + bought.quantity WHERE session_id = p_session;
        INSERT INTO ticket (order_id, session_id, user_id, ticket_type_id, seat_number, seat_label, status,
                            price_minor, currency, purchased_at)
        SELECT paid.order_id, p_session, bought.user_id, item.type, item.number, item.label, 'VALID',
               item.price, bought.currency, p_clock
        FROM (
            SELECT * FROM unnest(bought.seat_numbers, bought.seat_labels, bought.seat_types, bought.seat_prices)
                AS seats (number, label, type, price)
            UNION ALL
            SELECT NULL, NULL, place.type, place.price
            FROM unnest(bought.admission_types, bought.admission_quantities, bought.admission_prices) AS place (type, quantity, price),
                 generate_series(1, place.quantity)
        ) AS item;
    END IF;
END $$;

-- CANCEL: a buyer gives a ticket back before the session. The seat is free at once, the refund is noted.
CREATE OR REPLACE FUNCTION inventory_cancel(p_session uuid, p_ticket uuid, p_reason text, p_clock timestamptz,
    OUT verdict text, OUT detail jsonb, OUT freed int[])
LANGUAGE plpgsql AS $$
DECLARE
    gone ticket%ROWTYPE;
    begins timestamptz;
BEGIN
    SELECT * INTO gone FROM ticket WHERE id = p_ticket AND session_id = p_session FOR UPDATE;
    SELECT starts_at INTO begins FROM session WHERE id = p_session;
    verdict := CASE
        WHEN gone.id IS NULL THEN 'NOT_FOUND'
        WHEN gone.status = 'USED' THEN 'TICKET_ALREADY_USED'
        WHEN gone.status <> 'VALID' THEN 'TICKET_NOT_VALID'
        WHEN begins <= p_clock THEN 'SESSION_STARTED'
        ELSE 'DONE' END;
    detail := jsonb_build_object('at', CASE verdict WHEN 'SESSION_STARTED' THEN begins ELSE gone.used_at END, 'status', gone.status);
    IF verdict <> 'DONE' THEN
        RETURN;
    END IF;
    UPDATE ticket SET status = 'CANCELLED', cancelled_at = p_clock, cancel_reason = p_reason WHERE id = gone.id;
    IF gone.seat_number IS NULL THEN
        UPDATE admission_pool SET sold = sold - 1 WHERE ticket_type_id = gone.ticket_type_id;
        freed := '{}';
    ELSE
        UPDATE seat SET status = 'AVAILABLE' WHERE session_id = p_session AND number = gone.seat_number;
        freed := ARRAY[gone.seat_number];
    END IF;
    UPDATE inventory SET sold = sold - 1 WHERE session_id = p_session;
    INSERT INTO refund (payment_id, ticket_id, amount_minor, requested_at)
    SELECT id, gone.id, gone.price_minor, p_clock FROM payment
    WHERE order_id = gone.order_id AND status = 'SUCCEEDED' AND gone.price_minor > 0
    -- A second payment of the same order bought nothing and went back in full.
    AND NOT EXISTS (SELECT FROM refund WHERE payment_id = payment.id AND ticket_id IS NULL);
    UPDATE ticket_order SET status = 'CANCELLED'
    WHERE id = gone.order_id AND NOT EXISTS (SELECT FROM ticket WHERE order_id = gone.order_id AND status <> 'CANCELLED');
END $$;

-- LOCK: all such commands of a batch, decided in order of arrival, each all or nothing. Dry, it says what would be decided.
-- What needs to know who sits next to whom was judged before, on the assumption that all before it in the batch get what they
-- ask for. One that relies on a command that did not (p_broken, and refusals here) is answered AGAIN, and nothing is done.
CREATE OR REPLACE FUNCTION inventory_lock(p_session uuid, p_commands jsonb, p_hold interval, p_clock timestamptz,
    p_broken int[] DEFAULT '{}', p_dry boolean DEFAULT false)
RETURNS TABLE (ord int, verdict text, detail jsonb, locked int[])
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    sale record;
    -- Where there is a waiting room: who has a place, an admitted one, and has shown it.
    joined int[] := '{}';
    admitted int[] := '{}';
    let_in int[] := '{}';
    c record;
    pool admission_pool[];
    places int;
    taken text[];
    claimed int[] := '{}';
    claimed_by uuid[] := '{}';
    buyers uuid[] := '{}';
    bought int[] := '{}';
    held_by int[] := '{}';
    broken int[] := p_broken;
    made hold[] := '{}';
    singles text[];
    seen int;
    a record;
    types uuid[];
    quantities int[];
    prices bigint[];
    total bigint;
BEGIN
    SELECT session.*, event.minimum_age,
           ((session.starts_at AT TIME ZONE timezone)::date - make_interval(years => coalesce(event.minimum_age, 0)))::date AS born_by,
           event.status = 'PUBLISHED' AND session.status = 'PUBLISHED' AS published,
           event.status IN ('PUBLISHED', 'CANCELLED', 'COMPLETED')
               AND session.status IN ('PUBLISHED', 'CANCELLED', 'COMPLETED') AS public,
           room.id AS room_id, room.opens_at AS room_opens_at
    INTO sale FROM session JOIN event ON event.id = event_id
    LEFT JOIN waiting_room AS room ON room.session_id = session.id AND room.closed_at IS NULL WHERE session.id = p_session;
    IF sale.room_id IS NOT NULL THEN
        SELECT w.joined, w.admitted, w.let_in INTO joined, admitted, let_in FROM waiting_room_let_in(sale.room_id, p_commands, p_clock) AS w;
    END IF;
    SELECT array_agg(p ORDER BY ticket_type_id) INTO pool FROM admission_pool p WHERE session_id = p_session;

    FOR c IN
        SELECT command.*, picked.*, account.birth_date, mine.recent, mine.has + (SELECT count(*) FROM ticket
                 WHERE session_id = p_session AND user_id = command.buyer AND status IN ('VALID', 'USED')) AS has
        FROM jsonb_to_recordset(p_commands) AS command (ord int, kind text, hold uuid, buyer uuid,
            seats text[], admissions jsonb, judged jsonb)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(quantity) FILTER (WHERE ended_at IS NULL), 0) AS has,
                   count(*) FILTER (WHERE created_at > p_clock - interval '1 hour' AND state <> 'CONVERTED') AS recent
            FROM hold WHERE session_id = p_session AND user_id = command.buyer
        ) AS mine
        CROSS JOIN LATERAL (
            SELECT array_agg(asked.label ORDER BY place) FILTER (WHERE seat.number IS NULL) AS unknown,
                   array_agg(asked.label ORDER BY place) FILTER (WHERE seat.status <> 'AVAILABLE') AS taken,
                   coalesce(array_agg(seat.number ORDER BY place), '{}') AS numbers,
                   coalesce(array_agg(seat.ticket_type_id ORDER BY place), '{}') AS types,
                   coalesce(array_agg(ticket_type.price_minor ORDER BY place), '{}') AS prices,
                   coalesce(sum(ticket_type.price_minor), 0)::bigint AS total
            FROM unnest(command.seats) WITH ORDINALITY AS asked (label, place)
            LEFT JOIN seat ON seat.session_id = p_session AND seat.label = asked.label
            LEFT JOIN ticket_type ON ticket_type.id = seat.ticket_type_id
        ) AS picked
        LEFT JOIN account ON account.id = command.buyer
        -- Those that were answered before are broken already.
        WHERE command.kind = 'LOCK' AND command.ord <> ALL (p_broken) ORDER BY command.ord
    LOOP
        ord := c.ord;
        detail := '{}';
        locked := '{}';

        types := '{}';
        quantities := '{}';
        places := cardinality(c.numbers);
        IF jsonb_array_length(c.admissions) > 0 THEN
            SELECT array_agg(x.id), array_agg(x.quantity), places + sum(x.quantity) INTO types, quantities, places
            FROM jsonb_to_recordset(c.admissions) AS x (id uuid, quantity int);
        END IF;
        seen := array_position(buyers, c.buyer);
        verdict := CASE
            WHEN NOT sale.public THEN 'NOT_FOUND'
            WHEN c.unknown IS NOT NULL THEN 'UNKNOWN_SEATS'
            -- Nobody asks only what would be said, and to nobody limits don't apply.
            WHEN sale.room_id IS NOT NULL AND sale.published AND sale.starts_at > p_clock AND c.buyer IS NOT NULL
                AND c.ord <> ALL (let_in) THEN 'QUEUE_REQUIRED'
            WHEN NOT sale.published OR sale.sale_opens_at > p_clock OR sale.starts_at <= p_clock THEN 'SALE_NOT_OPEN'
            WHEN c.birth_date IS NULL AND sale.minimum_age IS NOT NULL AND c.buyer IS NOT NULL THEN 'AGE_RESTRICTED'
            WHEN c.birth_date > sale.born_by AND sale.minimum_age IS NOT NULL THEN 'AGE_RESTRICTED'
            WHEN c.has + coalesce(bought[seen], 0) + places > sale.ticket_limit THEN 'TOO_MANY_TICKETS'
            WHEN c.recent + coalesce(held_by[seen], 0) >= sale.holds_an_hour THEN 'TOO_MANY_HOLDS'
            ELSE 'DONE' END;
        detail := CASE verdict
            WHEN 'UNKNOWN_SEATS' THEN jsonb_build_object('labels', c.unknown)
            WHEN 'QUEUE_REQUIRED' THEN jsonb_build_object('session', p_session, 'at', sale.room_opens_at,
                'joined', c.ord = ANY (joined), 'admitted', c.ord = ANY (admitted))
            WHEN 'SALE_NOT_OPEN' THEN jsonb_build_object('at',
                CASE WHEN sale.published AND sale.sale_opens_at > p_clock THEN sale.sale_opens_at END)
            WHEN 'AGE_RESTRICTED' THEN jsonb_build_object('age', sale.minimum_age)
            WHEN 'TOO_MANY_TICKETS' THEN jsonb_build_object('limit', sale.ticket_limit)
            ELSE '{}' END;

        IF verdict = 'TOO_MANY_HOLDS' THEN
            -- When the oldest of as many as are allowed is an hour old.
            SELECT jsonb_build_object('limit', sale.holds_an_hour, 'at', interval '1 hour' + coalesce((
                SELECT created_at FROM hold WHERE session_id = p_session AND user_id = c.buyer AND state <> 'CONVERTED'
                    AND coalesce(held_by[seen], 0) < sale.holds_an_hour
                ORDER BY created_at DESC OFFSET greatest(sale.holds_an_hour - 1 - coalesce(held_by[seen], 0), 0) LIMIT 1
            ), p_clock)) INTO detail;
        ELSIF verdict = 'DONE' AND c.judged IS NULL AND sale.single_seats <> 'OFF' AND c.numbers <> '{}' THEN
            verdict := 'AGAIN';
        ELSIF verdict = 'DONE' AND c.judged IS NOT NULL THEN
            SELECT j.verdict, j.detail INTO verdict, detail FROM inventory_judged(c.judged, sale.single_seats, broken) AS j;
        END IF;
        IF verdict = 'DONE' OR verdict = 'WOULD_LEAVE_SINGLE_SEAT' THEN
            taken := c.taken;
            IF c.numbers && claimed THEN
                SELECT array_agg(one.label ORDER BY one.place) INTO taken
                FROM unnest(c.seats, c.numbers) WITH ORDINALITY AS one (label, number, place)
                WHERE one.number = ANY (claimed) OR one.label = ANY (c.taken);
            END IF;
            IF taken IS NOT NULL THEN
                -- Nobody asked for these seats: they were the best a moment ago.
                verdict := CASE WHEN c.judged ? 'best' THEN 'AGAIN' ELSE 'SEATS_UNAVAILABLE' END;
                detail := jsonb_build_object('labels', taken);
            END IF;
        END IF;

        prices := '{}';
        total := c.total;
        FOR i IN 1 .. cardinality(types) LOOP
            EXIT WHEN verdict <> 'DONE';
            SELECT p.ticket_type_id, p.capacity - p.held - p.sold AS free, t.price_minor INTO a
            FROM unnest(pool) AS p JOIN ticket_type t ON t.id = p.ticket_type_id WHERE p.ticket_type_id = types[i];
            IF a.ticket_type_id IS NULL THEN
                verdict := 'UNKNOWN_TICKET_TYPE';
                detail := jsonb_build_object('ticketType', types[i]);
            ELSIF a.free < quantities[i] THEN
                verdict := 'SOLD_OUT';
                detail := jsonb_build_object('ticketType', types[i], 'available', a.free);
            ELSE
                prices := prices || a.price_minor;
                total := total + a.price_minor * quantities[i];
            END IF;
        END LOOP;

        IF verdict = 'DONE' THEN
            locked := c.numbers;
            claimed := claimed || c.numbers;
            claimed_by := claimed_by || array_fill(c.hold, ARRAY[cardinality(c.numbers)]);
            IF seen IS NULL THEN
                buyers := buyers || c.buyer;
                bought := bought || places;
                held_by := held_by || 1;
            ELSE
                bought[seen] := bought[seen] + places;
                held_by[seen] := held_by[seen] + 1;
            END IF;
            IF cardinality(types) > 0 THEN
                SELECT array_agg(ROW(p.ticket_type_id, p.session_id, p.capacity, p.held + coalesce(x.quantity, 0), p.sold)::admission_pool)
                INTO pool FROM unnest(pool) AS p LEFT JOIN unnest(types, quantities) AS x (id, quantity) ON x.id = p.ticket_type_id;
            END IF;
            singles := '{}';
            IF detail ? 'singles' THEN
                SELECT array_agg(label) INTO singles FROM jsonb_array_elements_text(detail -> 'singles') AS label;
            END IF;
            made := made || ROW(c.hold, p_session, c.buyer, 'ACTIVE', places, total, sale.currency, c.numbers, coalesce(c.seats, '{}'),
                c.types, c.prices, types, quantities, prices, p_clock, p_clock + p_hold, NULL,
                singles, NULL)::hold;
            IF p_dry THEN
                detail := detail || jsonb_build_object('left', sale.ticket_limit - c.has - places);
            END IF;
            detail := detail || jsonb_build_object('hold', c.hold, 'total', total, 'currency', sale.currency, 'at', p_clock + p_hold);
        ELSE
            broken := broken || c.ord;
        END IF;
        RETURN NEXT;
    END LOOP;

    -- Most batches of a rush are refusals only, and write nothing.
    IF cardinality(made) = 0 OR p_dry THEN
        RETURN;
    END IF;
    -- One statement for all: measured, 56 to 63 µs a hold instead of 82 to 110.
    INSERT INTO hold SELECT * FROM unnest(made);
    UPDATE seat SET status = 'HELD', hold_id = one.hold
    FROM unnest(claimed, claimed_by) AS one (number, hold) WHERE seat.session_id = p_session AND seat.number = one.number;
    UPDATE admission_pool SET held = now.held FROM unnest(pool) AS now
    WHERE admission_pool.ticket_type_id = now.ticket_type_id AND admission_pool.held <> now.held;
    UPDATE inventory SET held = held + (SELECT sum(n) FROM unnest(bought) AS n) WHERE session_id = p_session;
END $$;

-- Of commands under an idempotency key, those that are not to be decided: what was answered before, to the same input, or
-- that it was another one. Without a verdict: what will be said to an equal command of this call that came first.
CREATE OR REPLACE FUNCTION inventory_answered(p_commands jsonb) RETURNS TABLE (ord int, first int, verdict text, detail jsonb)
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT asked.ord, asked.first,
        CASE WHEN coalesce(encode(input_hash, 'hex'), first_hash) <> hash THEN 'IDEMPOTENCY_CONFLICT' ELSE answer ->> 'verdict' END,
        CASE WHEN coalesce(encode(input_hash, 'hex'), first_hash) <> hash THEN '{}'
             ELSE answer -> 'detail' || '{"replayed": true}' END
    FROM (
        SELECT command.*, first_value(ord) OVER same AS first, first_value(hash) OVER same AS first_hash
        FROM jsonb_to_recordset(p_commands) AS command (ord int, caller uuid, operation text, key text, hash text)
        WHERE key IS NOT NULL WINDOW same AS (PARTITION BY caller, operation, key ORDER BY ord)
    ) AS asked
    LEFT JOIN answer ON answer.user_id = caller AND answer.operation = asked.operation AND answer.key = asked.key
    WHERE answer.key IS NOT NULL OR asked.first <> asked.ord;
END $$;

-- One batch: what is due expires first, then what frees or sells, then locks and changes of holds in order of arrival.
-- At most one new version.
-- NULL where there is no such session. Seats and admissions of the answer are the change; empty where there was none.
CREATE OR REPLACE FUNCTION inventory_apply(p_session uuid, p_commands jsonb, p_hold interval) RETURNS jsonb
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    stock inventory%ROWTYPE;
    clock timestamptz;
    due uuid[];
    c record;
    outcome record;
    touched int[] := '{}';
    changed boolean := false;
    answers jsonb[] := '{}';
    -- Of the commands that change holds; each stands where its ord says. Then the end of the batch.
    changes int[] := '{}';
    -- Those that did not get what they asked for; others may have been judged as if they had.
    broken int[] := '{}';
    keyed boolean := p_commands @? '$[*].key';
    -- Equal commands under one key: the place of each, and of the first of them.
    repeats jsonb[] := '{}';
    said jsonb;
    change int;
    after int := 0;
    locks jsonb := p_commands;
    seats jsonb;
    admissions jsonb;
BEGIN
    SELECT * INTO stock FROM inventory WHERE session_id = p_session FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    clock := clock_timestamp();

    SELECT array_agg(id) INTO due FROM hold WHERE session_id = p_session AND state = 'ACTIVE' AND expires_at <= clock;
    IF due IS NOT NULL THEN
        touched := inventory_free(p_session, due, 'EXPIRED', clock);
        changed := touched IS NOT NULL;
    END IF;

    IF keyed THEN
        FOR c IN SELECT * FROM inventory_answered(p_commands) LOOP
            broken := broken || c.ord;
            IF c.verdict IS NULL THEN
                repeats := repeats || jsonb_build_object('ord', c.ord, 'first', c.first);
            ELSE
                answers := answers || jsonb_build_object('ord', c.ord, 'verdict', c.verdict, 'detail', c.detail);
            END IF;
        END LOOP;
    END IF;

    FOR c IN
        SELECT * FROM jsonb_to_recordset(p_commands) AS x (ord int, kind text, id uuid, reason text)
        WHERE kind IN ('RELEASE', 'CONVERT', 'CANCEL', 'EXTEND', 'CHANGE') AND ord <> ALL (broken) ORDER BY ord
    LOOP
        IF c.kind = 'CHANGE' THEN
            changes := changes || c.ord;
            CONTINUE;
        ELSIF c.kind = 'RELEASE' THEN
            SELECT r.verdict, r.detail, r.freed AS numbers INTO outcome FROM inventory_release(p_session, c.id, clock) AS r;
        ELSIF c.kind = 'EXTEND' THEN
            SELECT r.verdict, r.detail, NULL::int[] AS numbers INTO outcome FROM inventory_extend(p_session, c.id, p_hold, clock) AS r;
        ELSIF c.kind = 'CONVERT' THEN
            SELECT r.verdict, r.detail, r.sold AS numbers INTO outcome FROM inventory_convert(p_session, c.id, clock) AS r;
        ELSE
            SELECT r.verdict, r.detail, r.freed AS numbers INTO outcome FROM inventory_cancel(p_session, c.id, c.reason, clock) AS r;
        END IF;
        changed := changed OR outcome.numbers IS NOT NULL;
        touched := touched || outcome.numbers;
        answers := answers || jsonb_build_object('ord', c.ord, 'verdict', outcome.verdict, 'detail', outcome.detail);
    END LOOP;

    FOREACH change IN ARRAY changes || jsonb_array_length(p_commands) LOOP
        -- Without changes, which is nearly always, all locks are decided together.
        IF changes <> '{}' THEN
            locks := jsonb_path_query_array(p_commands, '$[*] ? (@.ord >= $from && @.ord < $to)',
                jsonb_build_object('from', after, 'to', change));
            after := change + 1;
        END IF;
        IF locks @? '$[*].kind ? (@ == "LOCK")' THEN
            FOR outcome IN SELECT * FROM inventory_lock(p_session, locks, p_hold, clock, broken) LOOP
                IF outcome.verdict <> 'DONE' THEN
                    broken := broken || outcome.ord;
                END IF;
                changed := changed OR outcome.verdict = 'DONE';
                touched := touched || outcome.locked;
                answers := answers || jsonb_build_object('ord', outcome.ord, 'verdict', outcome.verdict, 'detail', outcome.detail);
            END LOOP;
        END IF;
        IF change = ANY (changes) THEN
            SELECT r.verdict, r.detail, r.moved AS numbers INTO outcome FROM inventory_change(p_session, p_commands -> change, clock, broken) AS r;
            IF outcome.numbers IS NULL THEN
                broken := broken || change;
            END IF;
            changed := changed OR outcome.numbers IS NOT NULL;
            touched := touched || outcome.numbers;
            answers := answers || jsonb_build_object('ord', change, 'verdict', outcome.verdict, 'detail', outcome.detail);
        END IF;
    END LOOP;

    IF keyed THEN
        -- Only what stays true: neither mistakes in the input nor what is a matter of time.
        INSERT INTO answer (user_id, operation, key, input_hash, answer)
        SELECT (command ->> 'caller')::uuid, command ->> 'operation', command ->> 'key', decode(command ->> 'hash', 'hex'), one - 'ord'
        FROM unnest(answers) AS one, LATERAL (SELECT p_commands -> (one ->> 'ord')::int AS command) AS asked
        WHERE command ? 'key' AND NOT one -> 'detail' ? 'replayed' AND one ->> 'verdict' IN (
            'DONE', 'SEATS_UNAVAILABLE', 'SOLD_OUT', 'TOO_MANY_TICKETS', 'WOULD_LEAVE_SINGLE_SEAT', 'HOLD_EXPIRED',
            'HOLD_ALREADY_EXTENDED', 'TICKET_ALREADY_USED', 'TICKET_NOT_VALID', 'SESSION_STARTED');
        IF repeats <> '{}' THEN
            SELECT jsonb_object_agg(one ->> 'ord', one) INTO said FROM unnest(answers) AS one;
            SELECT answers || array_agg(jsonb_build_object('ord', one -> 'ord', 'verdict', said -> (one ->> 'first') -> 'verdict',
                'detail', said -> (one ->> 'first') -> 'detail' || '{"replayed": true}'))
            INTO answers FROM unnest(repeats) AS one;
        END IF;
    END IF;

    SELECT * INTO stock FROM inventory WHERE session_id = p_session;
    IF changed THEN
        SELECT coalesce(jsonb_object_agg(status, labels), '{}') INTO seats FROM (
            SELECT status, jsonb_agg(label ORDER BY number) AS labels FROM seat
            WHERE session_id = p_session AND number = ANY (touched) GROUP BY status
        ) AS by_status;
        SELECT coalesce(jsonb_object_agg(ticket_type_id, capacity - held - sold), '{}') INTO admissions
        FROM admission_pool WHERE session_id = p_session;
        UPDATE inventory SET version = version + 1 WHERE session_id = p_session RETURNING * INTO stock;
        INSERT INTO session_change (session_id, version, available, held, sold, seats, admissions, committed_at)
        VALUES (p_session, stock.version, stock.capacity - stock.held - stock.sold - stock.blocked, stock.held, stock.sold,
                seats, admissions, clock);
    END IF;
    RETURN jsonb_build_object('changed', changed, 'version', stock.version, 'held', stock.held, 'sold', stock.sold,
        'available', stock.capacity - stock.held - stock.sold - stock.blocked, 'seats', seats, 'admissions', admissions,
        'clock', clock, 'answers', to_jsonb(answers));
END $$;
