"""Passkeys: public keys of people's devices."""

from alembic import op

revision = "0015"
down_revision = "0014"

CHANGES = """
CREATE TABLE passkey (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    used_at timestamptz,
    last_challenge bigint NOT NULL DEFAULT 0
);
CREATE INDEX passkey_user ON passkey (user_id)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE passkey")
