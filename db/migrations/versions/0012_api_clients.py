"""Partners' API clients with their keys, what they used, their widgets' guests, and over which channel a hold was made."""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = """
CREATE TABLE api_client (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    organizer_id uuid NOT NULL REFERENCES organizer,
    user_id uuid NOT NULL UNIQUE REFERENCES account,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    scopes text[] NOT NULL CHECK (cardinality(scopes) BETWEEN 1 AND 10),
    channels text[] NOT NULL CHECK (cardinality(channels) BETWEEN 1 AND 10),
    addresses text[] NOT NULL CHECK (cardinality(addresses) <= 20),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz
);
CREATE UNIQUE INDEX api_client_name ON api_client (organizer_id, lower(name)) WHERE revoked_at IS NULL;
CREATE TABLE api_key (
    key_hash bytea PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES api_client,
    hint text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_key_client ON api_key (client_id);
CREATE TABLE api_client_usage (
    client_id uuid NOT NULL REFERENCES api_client,
    day date NOT NULL,
    requests bigint NOT NULL CHECK (requests >= 0),
    cost bigint NOT NULL,
    throttled bigint NOT NULL CHECK (throttled >= 0),
    PRIMARY KEY (client_id, day)
);
CREATE TABLE widget_guest (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    client_id uuid NOT NULL REFERENCES api_client,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX widget_guest_client ON widget_guest (client_id, created_at);
CREATE TABLE hold_channel (
    hold_id uuid PRIMARY KEY REFERENCES hold ON DELETE CASCADE,
    client_id uuid NOT NULL REFERENCES api_client,
    channel text NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for table in ("hold_channel", "widget_guest", "api_client_usage", "api_key", "api_client"):
        op.execute(f"DROP TABLE {table}")
