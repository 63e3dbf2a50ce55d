"""Second factors: sealed secrets of authenticator apps, and recovery codes as hashes."""

from alembic import op

revision = "0013"
down_revision = "0012"

CHANGES = """
CREATE TABLE second_factor (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    sealed bytea NOT NULL,
    last_step bigint NOT NULL DEFAULT 0,
    confirmed_at timestamptz
);
CREATE TABLE recovery_code (
    user_id uuid NOT NULL REFERENCES second_factor ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    spent_at timestamptz,
    PRIMARY KEY (user_id, code_hash)
)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE recovery_code, second_factor")
