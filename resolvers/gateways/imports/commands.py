"""The commands that bring in what was made elsewhere: a room, and what is on."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from domain.plans import PutOn
from resolvers.gateways.imports.schema_org import ImportedEvents, read_events
from resolvers.gateways.imports.seating_plan import ImportedPlan, read_seating_plan
from resolvers.importing import import_events
from resolvers.seats import keep_seat_map
from resolvers.services import Services

Job = Callable[[Services], Awaitable[None]]
# Says the step, and does the job on the database.
Do = Callable[[str, Job], Awaitable[None]]
# Runs the work from beginning to end of the process, and leaves with its exit code.
Run = Callable[[Callable[[Do], Awaitable[None]]], None]

ImportFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Timezone = Annotated[str | None, typer.Option(help="IANA zone of times that say none, e.g. Europe/Warsaw.")]
SeatMapHash = Annotated[str | None, typer.Option(help="Hash of a seat map: offers named like its categories sell its seats.")]
Organizer = Annotated[str, typer.Option(help="Slug of the organizer who puts them on.")]


def import_commands(run: Run, terminal: Console) -> typer.Typer:
    imports = typer.Typer(help="Bring in what was made elsewhere.", no_args_is_help=True)

    @imports.command("seating-plan")
    def seating_plan(file: ImportFile) -> None:
        """Keep the room of FILE, a seating plan in the open format of pretix, as a seat map."""

        async def work(do: Do) -> None:
            plan = _read_with_progress(file, terminal)

            async def keep(services: Services) -> None:
                await keep_seat_map(services, plan.seat_map)

            await do("Keeping the seat map", keep)
            _tell_plan(plan, terminal)

        run(work)

    @imports.command("events")
    def events(
        file: ImportFile, timezone: Timezone = None, seat_map: SeatMapHash = None, organizer: Organizer = "imported"
    ) -> None:
        """Put on the events of FILE, schema.org Event JSON-LD; importing it again adds nothing."""

        async def work(do: Do) -> None:
            read = read_events(file.read_bytes(), timezone)
            outcomes: list[PutOn] = []

            async def put_on_all(services: Services) -> None:
                outcomes.extend(await import_events(services, (organizer, organizer), read.events, seat_map))

            await do(f"Putting on {len(read.events)} events", put_on_all)
            _tell_events(read, outcomes, terminal)

        run(work)

    return imports


def _read_with_progress(file: Path, terminal: Console) -> ImportedPlan:
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task(f"Reading {file.name}")
        return read_seating_plan(file.read_bytes(), lambda done, rows: progress.update(task, completed=done, total=rows))


def _tell_plan(plan: ImportedPlan, terminal: Console) -> None:
    room = plan.seat_map
    terminal.print(f"{room.name}: {room.seat_count} seats in {len(room.sections)} sections")
    terminal.print(f"  categories: {', '.join(category.name for category in room.categories)}")
    terminal.print(f"  seat map {room.hash}")
    for repair in plan.repairs:
        terminal.print(f"  repaired: {repair}")


def _tell_events(read: ImportedEvents, outcomes: list[PutOn], terminal: Console) -> None:
    added, present = (sum(one.sessions_added for one in outcomes), sum(one.sessions_present for one in outcomes))
    terminal.print(f"{len(outcomes)} events with {added} new sessions; {present} were there already")
    for note in read.notes:
        terminal.print(f"  note: {note}")
