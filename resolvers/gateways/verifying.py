"""The command that proves, or disproves, that all promises were kept."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.ids import SessionId, read_id
from domain.verification import InvariantReport, Violated
from resolvers.gateways.imports.commands import Run
from resolvers.services import Services
from resolvers.verification import verify

OneSession = Annotated[str | None, typer.Option("--session", help="Look at this session only (session_…).")]


def add_verify(commands: typer.Typer, run: Run, terminal: Console) -> None:
    @commands.command("verify")
    def verify_all(session: OneSession = None) -> None:
        """Ask the database for proof that every promise was kept; leaves with 1 if one was not."""
        wanted = _session(session)

        async def look(services: Services) -> None:
            found = await verify(services, wanted)
            terminal.print(table_of(found))
            if broken := tuple(report.name for report in found if report.violations):
                raise Violated(broken)

        run(lambda do: do("Looking", look))


def table_of(reports: Sequence[InvariantReport]) -> Table:
    table = Table("Promise", "Name", "Checked", "Violations", "For example")
    for column in table.columns[2:4]:
        column.justify = "right"
    for report in reports:
        style = "bold red" if report.violations else None
        counts = (f"{report.checked:,}", f"{report.violations:,}")
        table.add_row(report.promise, report.name, *counts, "\n".join(report.examples), style=style)
    return table


def _session(text: str | None) -> SessionId | None:
    if text is None:
        return None
    match read_id(text):
        case ("session", found):
            return SessionId(found)
    raise typer.BadParameter("This is not the id of a session.", param_hint="--session")
