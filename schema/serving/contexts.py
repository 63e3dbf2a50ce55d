"""What serving and resolvers tell each other of one operation."""


class OperationContext:
    """Made anew for each operation."""

    # Whether the answer depends on who asks: found out by who looks.
    personal = False
    # The names of all fields that its document selects anywhere, where they are known.
    selected: frozenset[str] | None = None

    def selects(self, *names: str) -> bool:
        """False only where none of them is asked for anywhere."""
        return self.selected is None or not self.selected.isdisjoint(names)
