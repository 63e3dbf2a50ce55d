"""What kind of account it is, and since when its email is known to be its own; those from before are taken as proven."""

from alembic import op

revision = "0008"
down_revision = "0007"

CHANGES = """
ALTER TABLE account
    ADD kind text NOT NULL DEFAULT 'PERSON' CHECK (kind IN ('PERSON', 'DEVICE', 'CLIENT', 'GUEST')),
    ADD email_verified_at timestamptz;
UPDATE account SET email_verified_at = created_at
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE account DROP kind, DROP email_verified_at")
