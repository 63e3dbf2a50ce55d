"""The lock path's functions anew: holds can be changed."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

HERE = Path(__file__).parents[2]


def upgrade() -> None:
    for source in (HERE / "inventory.sql", HERE / "inventory_change.sql"):
        for function in source.read_text().split("END $$;\n"):
            if function.strip():
                op.execute(function + "END $$;")


def downgrade() -> None:
    op.execute("DROP FUNCTION inventory_change")
