"""What of an object is asked for, where knowing that saves reading the rest."""

from collections.abc import Iterable

from strawberry.types.nodes import SelectedField, Selection


def asks_for(selections: Iterable[Selection], name: str) -> bool:
    """Whether a field of that name is selected of the objects that `selections` yield; by whatever alias or fragment."""
    return any(_names(one.selections, name) for one in selections)


def _names(selections: Iterable[Selection], name: str) -> bool:
    return any(one.name == name if isinstance(one, SelectedField) else _names(one.selections, name) for one in selections)
