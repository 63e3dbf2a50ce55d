-- The tables of the Node servers: nothing but what a hold, a list and a map need, so less than what Usher keeps.
CREATE SCHEMA hall;
CREATE TABLE hall.venue (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE hall.event (id int PRIMARY KEY, title text NOT NULL, starts_at timestamptz NOT NULL,
    venue_id int NOT NULL REFERENCES hall.venue);
CREATE TABLE hall.price_tier (id int PRIMARY KEY, event_id int NOT NULL REFERENCES hall.event, name text NOT NULL,
    amount_cents int NOT NULL, currency text NOT NULL);
CREATE TABLE hall.hold (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, event_id int NOT NULL, buyer text NOT NULL,
    seat_ids int[] NOT NULL, expires_at timestamptz NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE hall.seat (id int PRIMARY KEY, event_id int NOT NULL REFERENCES hall.event, section text NOT NULL, row text NOT NULL,
    number int NOT NULL, tier_id int NOT NULL, status text NOT NULL DEFAULT 'AVAILABLE', hold_id bigint) WITH (fillfactor = 70);
INSERT INTO hall.venue SELECT i, 'Venue ' || i FROM generate_series(1, 20) AS i;
-- The first has 20,000 seats, the second 500, both for holds; the list is of the others, of 500 seats each.
INSERT INTO hall.event SELECT i, 'Event ' || i, timestamptz '2030-01-01' - make_interval(days => i), 1 + i % 20
FROM generate_series(1, 202) AS i;
INSERT INTO hall.price_tier
SELECT 3 * event.id + n, event.id, (ARRAY['Gold', 'Silver', 'Bronze'])[n + 1], 12000 - 3500 * n, 'EUR'
FROM hall.event, generate_series(0, 2) AS n;
INSERT INTO hall.seat
SELECT CASE event.id WHEN 1 THEN 0 WHEN 2 THEN 20000 ELSE 100000 + 500 * event.id END + n, event.id,
       'Block ' || n / 1000, 'R' || n % 1000 / 40, 1 + n % 40, 3 * event.id + n % 3
FROM hall.event, LATERAL generate_series(0, CASE event.id WHEN 1 THEN 19999 ELSE 499 END) AS n;
CREATE INDEX ON hall.event (starts_at);
CREATE INDEX ON hall.event (venue_id);
CREATE INDEX ON hall.price_tier (event_id);
CREATE INDEX ON hall.seat (event_id);
CREATE INDEX ON hall.seat (event_id) WHERE status = 'AVAILABLE';
CREATE FUNCTION hall.hold_seats(event_id int, seat_ids int[], buyer text) RETURNS SETOF hall.seat LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    made bigint;
    free int;
BEGIN
    PERFORM FROM hall.seat WHERE id = ANY (hold_seats.seat_ids) AND event_id = hold_seats.event_id AND status = 'AVAILABLE'
    ORDER BY id FOR NO KEY UPDATE;
    GET DIAGNOSTICS free = ROW_COUNT;
    IF free <> cardinality(hold_seats.seat_ids) THEN
        RETURN;
    END IF;
    INSERT INTO hall.hold (event_id, buyer, seat_ids, expires_at)
    VALUES (hold_seats.event_id, hold_seats.buyer, hold_seats.seat_ids, now() + interval '15 minutes') RETURNING id INTO made;
    RETURN QUERY UPDATE hall.seat SET status = 'HELD', hold_id = made WHERE id = ANY (hold_seats.seat_ids) RETURNING *;
END $$;
CREATE FUNCTION hall.event_remaining(event hall.event) RETURNS int STABLE LANGUAGE sql AS $$
    SELECT count(*)::int FROM hall.seat WHERE event_id = event.id AND status = 'AVAILABLE'
$$;
