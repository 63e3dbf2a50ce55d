"""Mails that wait to be sent, the links in them, and what becomes of an account whose owner deletes it."""

from alembic import op

revision = "0011"
down_revision = "0010"

CHANGES = """
ALTER TABLE account
    ADD language text NOT NULL DEFAULT 'EN' CHECK (language IN ('EN', 'AR')),
    ADD deleted_at timestamptz;
-- Without a recipient it goes to the account's email; without an account it was written for nobody.
CREATE TABLE outbox (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    kind text NOT NULL,
    user_id uuid REFERENCES account ON DELETE CASCADE,
    recipient text,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts int NOT NULL DEFAULT 0
);
CREATE INDEX outbox_due ON outbox (due_at);
CREATE INDEX outbox_user ON outbox (user_id);
CREATE TABLE mailed_link (
    token_hash bytea PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('VERIFY_EMAIL', 'CHANGE_EMAIL', 'RESET_PASSWORD')),
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    email text NOT NULL,
    expires_at timestamptz NOT NULL,
    spent_at timestamptz
);
CREATE INDEX mailed_link_user ON mailed_link (user_id);
CREATE INDEX mailed_link_expires_at ON mailed_link (expires_at)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("deleted accounts would be like others again: restore a backup instead")
