"""Why a file was not imported: where in it, and what is wrong there."""

LARGEST_FILE = 64 * 1024 * 1024


class ImportRefused(Exception):
    """Nothing of the file is used. `path` is a JSON path such as `$.zones[0].name`, `reason` a sentence for a person."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class PlanRefused(ImportRefused):
    """A seating plan that cannot be read, or not without guessing."""


class EventsRefused(ImportRefused):
    """A file of events that cannot be read, or not without guessing."""


def sized(raw: bytes, refused: type[ImportRefused], largest: int = LARGEST_FILE) -> bytes:
    """The file without a byte order mark. Raises `refused` for one of more than `largest` bytes."""
    if len(raw) > largest:
        raise refused("$", f"the file has {len(raw)} bytes, more than the {largest} allowed")
    return raw.removeprefix(b"\xef\xbb\xbf")
