"""What is asked for is seen through aliases and fragments."""

import pytest
import strawberry

from schema.selections import asks_for


@strawberry.type
class Hall:
    seats: int = 1
    name: str = "Hall"


@strawberry.type
class Query:
    @strawberry.field
    def hall(self, info: strawberry.Info) -> Hall:
        return Hall(name=str(asks_for(info.selected_fields, "seats")))


SCHEMA = strawberry.Schema(Query)


@pytest.mark.parametrize(
    ("document", "asks"),
    [
        ("{ hall { name } }", False),
        ("{ hall { seats name } }", True),
        ("{ hall { name free: seats } }", True),
        ("{ hall { seats: name name } }", False),
        ("{ hall { name ... on Hall { seats } } }", True),
        ("{ hall { ...Name } } fragment Name on Hall { name }", False),
        ("{ hall { ...Name } } fragment Name on Hall { name ...Seats } fragment Seats on Hall { seats }", True),
        ("{ hall { name } hall { seats } }", True),
    ],
)
def test_a_field_is_found_wherever_it_is_selected(document: str, asks: bool) -> None:
    result = SCHEMA.execute_sync(document)
    assert result.errors is None
    assert result.data is not None
    assert result.data["hall"]["name"] == str(asks)
