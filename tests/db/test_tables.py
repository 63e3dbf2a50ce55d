"""The SQLModel classes say of every table and column what the migrations made of it."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, ForeignKeyConstraint, Integer, MetaData
from sqlmodel import SQLModel

from db.engine import make_engine
from tests.db.conftest import Office

# Indexes, unique constraints and defaults are the migrations' own business; the classes neither create nor use them.
NOT_SAID = {"add_index", "remove_index", "add_constraint", "remove_constraint", "modify_default"}


def differences(connection: Connection, metadata: MetaData) -> list[Any]:
    def is_ours(item: object, name: str | None, kind: str, *rest: object) -> bool:
        return not (kind == "table" and name == "alembic_version")

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
    found = [one for group in compare_metadata(context, metadata) for one in (group if isinstance(group, list) else [group])]
    return [one for one in found if one[0] not in NOT_SAID]


async def test_the_classes_are_the_tables_that_the_migrations_made(office: Office) -> None:
    engine = make_engine(office.url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, SQLModel.metadata) == []
    await engine.dispose()


async def test_a_column_that_a_class_has_of_another_type_is_seen(office: Office) -> None:
    changed = MetaData()
    for table in SQLModel.metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["seat"].c.label.type = Integer()
    changed.tables["hold"].c.quantity.nullable = True
    changed.tables["ticket"].constraints = {
        one for one in changed.tables["ticket"].constraints if not (isinstance(one, ForeignKeyConstraint) and len(one.columns) == 2)
    }
    engine = make_engine(office.url)
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, changed)
    await engine.dispose()
    assert sorted((one[0], *(one[2:4] if len(one) > 2 else ())) for one in found) == [
        ("modify_nullable", "hold", "quantity"),
        ("modify_type", "seat", "label"),
        ("remove_fk",),
    ]
