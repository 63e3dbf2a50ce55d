"""Invitations are mailed: which mail is about which, and the links in them, of whose tokens there are only hashes."""

from alembic import op

revision = "0016"
down_revision = "0015"

CHANGES = """
ALTER TABLE outbox ADD invitation_id uuid REFERENCES invitation ON DELETE CASCADE;
CREATE INDEX outbox_invitation ON outbox (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE TABLE invitation_link (
    token_hash bytea PRIMARY KEY,
    invitation_id uuid NOT NULL REFERENCES invitation ON DELETE CASCADE
);
CREATE INDEX invitation_link_invitation ON invitation_link (invitation_id)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE invitation_id IS NOT NULL")
    op.execute("ALTER TABLE outbox DROP COLUMN invitation_id")
    op.execute("DROP TABLE invitation_link")
