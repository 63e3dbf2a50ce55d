"""What people call what is theirs."""

from domain.errors import InvalidInput

LONGEST_NAME = 100


def named(text: str, *path: str) -> str:
    """Without the blanks around it. Raises `InvalidInput`."""
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput(path, f"1 to {LONGEST_NAME} characters.")
    return name
