"""Waiting rooms, the places in their queues and the rates of admission; the lock path's functions anew, which look at them."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"

HERE = Path(__file__).parents[2]
TABLES = """
CREATE TABLE waiting_room (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    session_id uuid NOT NULL REFERENCES session,
    opens_at timestamptz NOT NULL,
    admission interval NOT NULL CHECK (admission > interval '0'),
    seed text NOT NULL,
    last_number int NOT NULL DEFAULT 0 CHECK (last_number >= 0),
    last_drawn int NOT NULL DEFAULT 0,
    drawn_at timestamptz,
    closed_at timestamptz
);
CREATE UNIQUE INDEX waiting_room_open_once ON waiting_room (session_id) WHERE closed_at IS NULL;
CREATE TABLE admission_rate (
    room_id uuid NOT NULL REFERENCES waiting_room,
    base_at timestamptz NOT NULL,
    per_minute int NOT NULL CHECK (per_minute >= 0),
    base_admitted bigint NOT NULL CHECK (base_admitted >= 0),
    PRIMARY KEY (room_id, base_at)
);
CREATE TABLE queue_place (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    room_id uuid NOT NULL REFERENCES waiting_room,
    session_id uuid NOT NULL REFERENCES session,
    user_id uuid NOT NULL REFERENCES account,
    joined_at timestamptz NOT NULL,
    number int CHECK (number > 0),
    drawn int,
    UNIQUE (room_id, user_id)
);
-- Nobody without a number is in it, so that joining before the opening costs nothing here.
CREATE UNIQUE INDEX queue_place_number ON queue_place (room_id, number) WHERE number IS NOT NULL
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    for name in ("waiting_room.sql", "inventory.sql", "inventory_change.sql"):
        for function in (HERE / name).read_text().split("END $$;\n"):
            if function.strip():
                op.execute(function + "END $$;")


def downgrade() -> None:
    raise RuntimeError("the lock path asks for waiting rooms: restore a backup instead")
