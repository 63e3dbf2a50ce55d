"""The tables."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE organizer (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    slug text NOT NULL UNIQUE,
    name text NOT NULL
);
CREATE TABLE account (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    email text NOT NULL,
    password_hash text NOT NULL,
    roles text[] NOT NULL,
    birth_date date,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (roles <@ ARRAY['ATTENDEE', 'ORGANIZER', 'GATE', 'ADMIN'])
);
CREATE UNIQUE INDEX account_email ON account (lower(email));
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz
);
CREATE TABLE answer (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    operation text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 300),
    input_hash bytea NOT NULL,
    answer jsonb NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX answer_answered_at ON answer (answered_at);
CREATE TABLE venue (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL,
    city text,
    country text,
    latitude double precision,
    longitude double precision,
    UNIQUE NULLS NOT DISTINCT (name, city)
);
CREATE TABLE seat_map (
    hash text PRIMARY KEY,
    name text NOT NULL,
    seat_count int NOT NULL CHECK (seat_count > 0),
    layout bytea NOT NULL,
    layout_gzip bytea NOT NULL,
    layout_brotli bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE seat_map ALTER layout_gzip SET STORAGE EXTERNAL, ALTER layout_brotli SET STORAGE EXTERNAL;
CREATE TABLE event (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    organizer_id uuid NOT NULL REFERENCES organizer,
    slug text NOT NULL UNIQUE,
    title text NOT NULL,
    description text NOT NULL,
    category text NOT NULL
        CHECK (category IN ('CONCERT', 'MOVIE', 'THEATRE', 'SPORT', 'TRANSPORT', 'CONFERENCE', 'OTHER')),
    status text NOT NULL
        CHECK (status IN ('DRAFT', 'PENDING_APPROVAL', 'PUBLISHED', 'CANCELLED', 'COMPLETED', 'ARCHIVED')),
    minimum_age int CHECK (minimum_age BETWEEN 1 AND 150),
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || description)) STORED
);
CREATE INDEX event_words ON event USING gin (words);
CREATE TABLE session (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    event_id uuid NOT NULL REFERENCES event,
    venue_id uuid REFERENCES venue,
    seat_map_hash text REFERENCES seat_map,
    status text NOT NULL
        CHECK (status IN ('DRAFT', 'PENDING_APPROVAL', 'PUBLISHED', 'CANCELLED', 'COMPLETED', 'ARCHIVED')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at >= starts_at),
    timezone text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    sale_opens_at timestamptz,
    ticket_limit int NOT NULL CHECK (ticket_limit > 0),
    UNIQUE NULLS NOT DISTINCT (event_id, starts_at, venue_id)
);
CREATE INDEX session_starts_at ON session (starts_at, id);
CREATE TABLE ticket_type (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    session_id uuid NOT NULL REFERENCES session,
    position int NOT NULL,
    name text NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    category text,
    general_admission boolean NOT NULL,
    capacity int NOT NULL CHECK (capacity >= 0),
    UNIQUE (session_id, position),
    CHECK (general_admission = (category IS NULL))
);

-- The inventory: what the lock path reads and writes. Every statement of it names one session_id.
CREATE TABLE inventory (
    session_id uuid PRIMARY KEY REFERENCES session,
    version bigint NOT NULL DEFAULT 0,
    capacity int NOT NULL,
    held int NOT NULL DEFAULT 0 CHECK (held >= 0),
    sold int NOT NULL DEFAULT 0 CHECK (sold >= 0),
    blocked int NOT NULL DEFAULT 0 CHECK (blocked >= 0),
    CHECK (held + sold + blocked <= capacity)
) WITH (fillfactor = 50);
CREATE TABLE seat (
    session_id uuid NOT NULL REFERENCES session,
    number int NOT NULL,
    label text NOT NULL,
    ticket_type_id uuid NOT NULL REFERENCES ticket_type,
    status text NOT NULL DEFAULT 'AVAILABLE' CHECK (status IN ('AVAILABLE', 'HELD', 'SOLD', 'BLOCKED')),
    hold_id uuid,
    PRIMARY KEY (session_id, number),
    UNIQUE (session_id, label),
    CHECK ((status = 'HELD') = (hold_id IS NOT NULL))
) WITH (fillfactor = 70);
CREATE TABLE admission_pool (
    ticket_type_id uuid PRIMARY KEY REFERENCES ticket_type,
    session_id uuid NOT NULL REFERENCES session,
    capacity int NOT NULL CHECK (capacity >= 0),
    held int NOT NULL DEFAULT 0 CHECK (held >= 0),
    sold int NOT NULL DEFAULT 0 CHECK (sold >= 0),
    CHECK (held + sold <= capacity)
) WITH (fillfactor = 50);
CREATE INDEX admission_pool_session ON admission_pool (session_id);
CREATE TABLE hold (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    user_id uuid NOT NULL REFERENCES account,
    state text NOT NULL CHECK (state IN ('ACTIVE', 'ORDERED', 'CONVERTED', 'RELEASED', 'EXPIRED')),
    quantity int NOT NULL CHECK (quantity > 0),
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    currency text NOT NULL,
    seat_numbers int[] NOT NULL,
    seat_labels text[] NOT NULL,
    seat_types uuid[] NOT NULL,
    seat_prices bigint[] NOT NULL,
    admission_types uuid[] NOT NULL,
    admission_quantities int[] NOT NULL,
    admission_prices bigint[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (cardinality(seat_numbers) = cardinality(seat_labels)
       AND cardinality(seat_numbers) = cardinality(seat_types)
       AND cardinality(seat_numbers) = cardinality(seat_prices)
       AND cardinality(admission_types) = cardinality(admission_quantities)
       AND cardinality(admission_types) = cardinality(admission_prices)),
    CHECK ((state IN ('ACTIVE', 'ORDERED')) = (ended_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX hold_due ON hold (session_id, expires_at) WHERE state = 'ACTIVE';
CREATE INDEX hold_live ON hold (user_id, session_id) WHERE ended_at IS NULL;
CREATE TABLE session_change (
    session_id uuid NOT NULL REFERENCES session,
    version bigint NOT NULL,
    available int NOT NULL,
    held int NOT NULL,
    sold int NOT NULL,
    seats jsonb NOT NULL,
    admissions jsonb NOT NULL,
    committed_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, version)
);

CREATE TABLE ticket_order (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES session,
    user_id uuid NOT NULL REFERENCES account,
    hold_id uuid NOT NULL UNIQUE REFERENCES hold,
    status text NOT NULL CHECK (status IN ('AWAITING_PAYMENT', 'PAID', 'CANCELLED', 'EXPIRED', 'REFUNDED')),
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    currency text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    paid_at timestamptz
);
CREATE INDEX ticket_order_user ON ticket_order (user_id, id DESC);
CREATE TABLE payment (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES ticket_order,
    session_id uuid NOT NULL REFERENCES session,
    status text NOT NULL CHECK (status IN ('PENDING', 'SUCCEEDED', 'FAILED')),
    method text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    CHECK ((status = 'PENDING') = (settled_at IS NULL))
);
CREATE INDEX payment_pending ON payment (created_at) WHERE status = 'PENDING';
CREATE UNIQUE INDEX payment_one_pending ON payment (order_id) WHERE status = 'PENDING';
CREATE TABLE ticket (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    order_id uuid NOT NULL REFERENCES ticket_order,
    session_id uuid NOT NULL REFERENCES session,
    user_id uuid NOT NULL REFERENCES account,
    ticket_type_id uuid NOT NULL REFERENCES ticket_type,
    seat_number int,
    seat_label text,
    status text NOT NULL CHECK (status IN ('VALID', 'USED', 'CANCELLED')),
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    currency text NOT NULL,
    generation int NOT NULL DEFAULT 1 CHECK (generation BETWEEN 1 AND 65535),
    purchased_at timestamptz NOT NULL,
    used_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    CHECK ((status = 'USED') = (used_at IS NOT NULL)),
    CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL)),
    FOREIGN KEY (session_id, seat_number) REFERENCES seat (session_id, number)
);
CREATE UNIQUE INDEX ticket_seat_sold_once ON ticket (session_id, seat_number)
    WHERE status IN ('VALID', 'USED') AND seat_number IS NOT NULL;
CREATE INDEX ticket_of_buyer ON ticket (session_id, user_id) WHERE status IN ('VALID', 'USED');
CREATE INDEX ticket_user ON ticket (user_id, id DESC);
CREATE INDEX ticket_order_id ON ticket (order_id);
CREATE TABLE refund (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    payment_id uuid NOT NULL REFERENCES payment,
    ticket_id uuid UNIQUE REFERENCES ticket,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    requested_at timestamptz NOT NULL,
    done_at timestamptz
);
CREATE INDEX refund_due ON refund (requested_at) WHERE done_at IS NULL;
CREATE TABLE check_in (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    ticket_id uuid NOT NULL REFERENCES ticket,
    session_id uuid NOT NULL REFERENCES session,
    gate_user_id uuid NOT NULL REFERENCES account,
    refusal text,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX check_in_admitted_once ON check_in (ticket_id) WHERE refusal IS NULL;
CREATE INDEX check_in_session ON check_in (session_id, at);
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("going back from the first migration means dropping the database")
