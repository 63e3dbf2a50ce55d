"""Best available, single seats, holds an hour, extending a hold: columns for the terms, and the lock path's functions anew."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0003"

HERE = Path(__file__).parents[2]
CHANGES = """
ALTER TABLE session
    ADD COLUMN single_seats text NOT NULL DEFAULT 'OFF' CHECK (single_seats IN ('OFF', 'WARN', 'REFUSE')),
    ADD COLUMN holds_an_hour int NOT NULL DEFAULT 20 CHECK (holds_an_hour > 0);
ALTER TABLE hold
    ADD COLUMN single_seats text[] NOT NULL DEFAULT '{}',
    ADD COLUMN extended_at timestamptz;
-- One look at a buyer's holds says both how much they hold and how many they made of late.
CREATE INDEX hold_of_buyer ON hold (user_id, session_id, created_at);
DROP INDEX hold_live;
DROP FUNCTION IF EXISTS inventory_lock(uuid, jsonb, interval, timestamptz);
DROP FUNCTION IF EXISTS inventory_change(uuid, jsonb, timestamptz);
"""


def upgrade() -> None:
    for statement in CHANGES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for name in ("inventory.sql", "inventory_change.sql", "inventory_judged.sql"):
        for function in (HERE / name).read_text().split("END $$;\n"):
            if function.strip():
                op.execute(function + "END $$;")


def downgrade() -> None:
    raise RuntimeError("the lock path of before does not know these columns: restore a backup instead")
