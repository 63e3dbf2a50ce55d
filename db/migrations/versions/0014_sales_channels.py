"""Over which channels partners may sell a ticket type; one that is not here they sell over all."""

from alembic import op

revision = "0014"
down_revision = "0013"

TABLE = """
CREATE TABLE ticket_type_channels (
    ticket_type_id uuid PRIMARY KEY REFERENCES ticket_type ON DELETE CASCADE,
    channels text[] NOT NULL CHECK (cardinality(channels) <= 10)
)
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE ticket_type_channels")
