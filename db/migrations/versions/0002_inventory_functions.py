"""The lock path's functions, as `db/inventory.sql` has them."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    source = Path(__file__).parents[2] / "inventory.sql"
    for function in source.read_text().split("END $$;\n"):
        if function.strip():
            op.execute(function + "END $$;")


def downgrade() -> None:
    for name in ("apply", "lock", "cancel", "convert", "release", "free"):
        op.execute(f"DROP FUNCTION inventory_{name}")
