-- Waiting rooms: who may lock tickets when. All is counted in whole numbers, sixty-millionths of an admission: what a rate of one
-- a minute admits in a microsecond. A number is admitted from its turn on, whoever looks, and nothing has to happen for it.
-- Row locks in this order: inventory, waiting_room, queue_place. Run at READ COMMITTED only.

-- How many were admitted at that moment, in sixty-millionths. Before the opening, less than none.
CREATE OR REPLACE FUNCTION waiting_room_admitted(p_room uuid, p_clock timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT base_admitted + per_minute * (extract(epoch FROM p_clock - base_at) * 1000000)::bigint
        FROM admission_rate WHERE room_id = p_room ORDER BY base_at DESC LIMIT 1);
END $$;

-- When a number is or was admitted, to the microsecond; NULL while admission pauses before it.
CREATE OR REPLACE FUNCTION waiting_room_turn(p_room uuid, p_number int) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT base_at + ceil((p_number * 60000000::bigint - base_admitted)::numeric / nullif(per_minute, 0))::float8
            * interval '1 microsecond'
        FROM admission_rate WHERE room_id = p_room AND base_admitted < p_number * 60000000::bigint
        ORDER BY base_at DESC LIMIT 1);
END $$;

-- Whoever was there before the opening gets a number by lot, so many at a time, under the room's row lock. Those are the ones without
-- a number; as long as there are any, who looks goes on. Anybody who knows the seed and the ids of the places can draw again.
CREATE OR REPLACE FUNCTION waiting_room_draw(p_room uuid, p_most int) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    room waiting_room%ROWTYPE;
    many int;
BEGIN
    SELECT * INTO room FROM waiting_room WHERE id = p_room FOR NO KEY UPDATE;
    IF room.drawn_at IS NOT NULL OR room.opens_at > clock_timestamp() THEN
        RETURN;
    END IF;
    UPDATE queue_place SET number = room.last_drawn + lot.number, drawn = room.last_drawn + lot.number
    FROM (
        SELECT id, row_number() OVER (ORDER BY md5(room.seed || id), id) AS number FROM queue_place
        WHERE room_id = p_room AND number IS NULL ORDER BY 2 LIMIT p_most
    ) AS lot WHERE queue_place.id = lot.id;
    GET DIAGNOSTICS many = ROW_COUNT;
    UPDATE waiting_room SET last_drawn = last_drawn + many, drawn_at = CASE WHEN many < p_most THEN clock_timestamp() END
    WHERE id = p_room;
END $$;

-- In those of the rooms that have opened and are not drawn to the end.
CREATE OR REPLACE FUNCTION waiting_room_draw_due(p_sessions uuid[], p_most int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM waiting_room_draw(due.id, p_most) FROM (
        SELECT id FROM waiting_room
        WHERE session_id = ANY (p_sessions) AND closed_at IS NULL AND drawn_at IS NULL AND opens_at <= clock_timestamp() ORDER BY id
    ) AS due;
END $$;

-- Many at once, in order of arrival. Who has a place keeps it, unless its admission is over. Before the opening nobody has a
-- number; after it the next, or the next to be admitted where nobody waits: what was not used is not saved up for a rush.
-- No row where there is no open room, and none of accounts that do not exist.
CREATE OR REPLACE FUNCTION waiting_room_join(p_session uuid, p_users uuid[]) RETURNS SETOF queue_place
LANGUAGE plpgsql AS $$
DECLARE
    room waiting_room%ROWTYPE;
    clock timestamptz;
    late boolean;
    last int;
    added int;
BEGIN
    SELECT * INTO room FROM waiting_room WHERE session_id = p_session AND closed_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    clock := clock_timestamp();
    late := room.opens_at <= clock;
    last := room.last_number;
    IF late THEN
        last := greatest(last, waiting_room_admitted(room.id, clock) / 60000000);
    END IF;
    INSERT INTO queue_place (room_id, session_id, user_id, joined_at, number)
    SELECT room.id, p_session, asked.user_id, clock,
           CASE WHEN late THEN last + row_number() OVER (ORDER BY asked.at) END
    FROM (SELECT one.user_id, min(one.at) AS at FROM unnest(p_users) WITH ORDINALITY AS one (user_id, at) GROUP BY one.user_id) AS asked
    JOIN account ON account.id = asked.user_id
    LEFT JOIN queue_place AS place ON place.room_id = room.id AND place.user_id = asked.user_id
    WHERE place.id IS NULL OR waiting_room_turn(room.id, place.number) + room.admission <= clock
    ON CONFLICT (room_id, user_id) DO UPDATE SET joined_at = EXCLUDED.joined_at, number = EXCLUDED.number;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added > 0 THEN
        UPDATE waiting_room SET last_number = last + added WHERE id = room.id;
    END IF;
    RETURN QUERY SELECT * FROM queue_place WHERE room_id = room.id AND user_id = ANY (p_users);
END $$;

-- Opens a room, or changes the one that is open; under the row lock of the inventory, so that no lock of tickets is decided by
-- what was before. What has begun stays: once it has opened, only the rate may become another, from now on.
CREATE OR REPLACE FUNCTION waiting_room_open(p_session uuid, p_opens_at timestamptz, p_rate int, p_admission interval, p_seed text)
RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    room waiting_room%ROWTYPE;
    rate admission_rate%ROWTYPE;
    clock timestamptz;
    opening timestamptz;
BEGIN
    PERFORM FROM inventory WHERE session_id = p_session FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'NOT_FOUND';
    END IF;
    SELECT * INTO room FROM waiting_room WHERE session_id = p_session AND closed_at IS NULL FOR NO KEY UPDATE;
    clock := clock_timestamp();
    -- To the millisecond, as clients know it.
    opening := greatest(coalesce(p_opens_at, room.opens_at, clock), date_trunc('milliseconds', clock) + interval '1 millisecond');
    IF room.opens_at <= clock THEN
        IF p_opens_at <> room.opens_at OR p_admission <> room.admission THEN
            RETURN 'HAS_OPENED';
        END IF;
        SELECT * INTO rate FROM admission_rate WHERE room_id = room.id ORDER BY base_at DESC LIMIT 1;
        IF rate.per_minute <> p_rate THEN
            clock := greatest(clock, rate.base_at);
            INSERT INTO admission_rate (room_id, base_at, per_minute, base_admitted)
            VALUES (room.id, clock, p_rate, waiting_room_admitted(room.id, clock))
            ON CONFLICT (room_id, base_at) DO UPDATE SET per_minute = EXCLUDED.per_minute;
        END IF;
    ELSIF opening >= (SELECT starts_at FROM session WHERE id = p_session) THEN
        RETURN 'TOO_LATE';
    ELSIF room.id IS NOT NULL THEN
        UPDATE waiting_room SET opens_at = opening, admission = coalesce(p_admission, admission) WHERE id = room.id;
        UPDATE admission_rate SET base_at = opening, per_minute = p_rate WHERE room_id = room.id;
    ELSE
        INSERT INTO waiting_room (session_id, opens_at, admission, seed)
        VALUES (p_session, opening, coalesce(p_admission, interval '10 minutes'), p_seed) RETURNING * INTO room;
        INSERT INTO admission_rate (room_id, base_at, per_minute, base_admitted) VALUES (room.id, opening, p_rate, 0);
    END IF;
    RETURN 'DONE';
END $$;

-- From then on tickets are locked without a token. Whether there was a room to close.
CREATE OR REPLACE FUNCTION waiting_room_close(p_session uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM inventory WHERE session_id = p_session FOR UPDATE;
    UPDATE waiting_room SET closed_at = clock_timestamp() WHERE session_id = p_session AND closed_at IS NULL;
    RETURN FOUND;
END $$;

-- Of commands that take tickets: the ords of those whose buyers have a place, have an admitted one, and have shown just that.
CREATE OR REPLACE FUNCTION waiting_room_let_in(p_room uuid, p_commands jsonb, p_clock timestamptz,
    OUT joined int[], OUT admitted int[], OUT let_in int[])
LANGUAGE plpgsql STABLE SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    SELECT coalesce(array_agg(asked.ord), '{}'),
           coalesce(array_agg(asked.ord) FILTER (WHERE in_time), '{}'),
           coalesce(array_agg(asked.ord) FILTER (WHERE in_time AND asked.shown = asked.place), '{}')
    INTO joined, admitted, let_in
    FROM (
        SELECT command.ord, command.place AS shown, place.id AS place,
               waiting_room_turn(p_room, place.number) <= p_clock
               AND waiting_room_turn(p_room, place.number) + room.admission > p_clock AS in_time
        FROM jsonb_to_recordset(p_commands) AS command (ord int, kind text, buyer uuid, place uuid)
        JOIN waiting_room AS room ON room.id = p_room
        JOIN queue_place AS place ON place.room_id = p_room AND place.user_id = command.buyer
        WHERE command.kind IN ('LOCK', 'CHANGE')
    ) AS asked;
END $$;
