"""Usher's front door: settings from the environment, adapters plugged in, the app, and the commands."""

import signal

if __name__ == "__main__":
    # Until there is something to tidy up, Ctrl-C ends us at once: no traceback from the middle of an import.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import os
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvloop
from rich.console import Console
from rich.progress import Progress
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from db.availability import PostgresChangeLog
from db.cluster import PostgresUnusable
from db.embedded import RunningPostgres, embedded_postgres
from db.engine import answers, make_engine, make_pool
from db.inventory import batched_inventory
from db.migrating import DatabaseUnreachable, NewerDatabase, migrate
from db.unit_of_work import transactions
from domain.errors import DomainError
from domain.plans import PutOn
from resolvers.demo.accounts import ACCOUNTS, PASSWORD
from resolvers.demo.seed import seed_demo
from resolvers.gateways.imports.refusals import ImportRefused
from resolvers.gateways.imports.schema_org import read_events
from resolvers.gateways.imports.seating_plan import read_seating_plan
from resolvers.gateways.interrupts import Interrupts
from resolvers.gateways.passwords import Argon2Passwords
from resolvers.gateways.payments.sandbox import SandboxGateway
from resolvers.gateways.secrets import BadSecret
from resolvers.gateways.settings import BadSetting, Settings
from resolvers.gateways.terminal import Steps, configure_logs
from resolvers.gateways.ticket_tokens import SignedTicketTokens
from resolvers.gateways.tokens import SignedAccessTokens
from resolvers.importing import import_events
from resolvers.orders import settle
from resolvers.seats import keep_seat_map
from resolvers.services import Services
from resolvers.upkeep import keeping_up
from schema.api import schema as api
from schema.context import Context
from schema.serving.headers import SecurityHeaders
from schema.serving.http import serve_graphql
from schema.serving.listening import CannotListen, Server, bound_socket, listen, server_for
from schema.serving.routes import demo_accounts, page_routes, service_routes
from subscriptions.backend import make_broadcast
from subscriptions.seat_feed import live_seats

DEMO_EMAILS = tuple(account.email for account in ACCOUNTS)
ACCESS_LIFETIME = timedelta(minutes=10)
SLOW_PAYMENT_SECONDS = 3.0
PAGE = Path(__file__).parent / "web"

log = structlog.get_logger()
terminal = Console(soft_wrap=True, highlight=False, markup=False)
complaints = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


@dataclass(frozen=True, slots=True)
class Plugged:
    """What runs behind the app."""

    services: Services
    ready: Callable[[], Awaitable[bool]]


@asynccontextmanager
async def plugged(settings: Settings, database_url: str) -> AsyncIterator[Plugged]:
    """The only place where adapters are named."""
    secrets = settings.secrets()

    async def deliver(body: bytes, headers: Mapping[str, str]) -> None:
        await settle(services, services.payments.read_webhook(body, headers))

    async with AsyncExitStack() as stack:
        engine = make_engine(database_url)
        stack.push_async_callback(engine.dispose)
        pool = await stack.enter_async_context(make_pool(database_url))
        seats = await stack.enter_async_context(live_seats(make_broadcast(settings.redis_url), PostgresChangeLog(pool)))
        inventory = await stack.enter_async_context(batched_inventory(pool, settings.hold, seats.announce))
        payments = SandboxGateway(b64encode(secrets.webhook_secret).decode(), SLOW_PAYMENT_SECONDS, deliver)
        await stack.enter_async_context(payments.running())
        passwords = Argon2Passwords()
        stack.callback(passwords.close)
        services = Services(
            transaction=transactions(engine),
            inventory=inventory,
            seats=seats,
            payments=payments,
            access_tokens=SignedAccessTokens(secrets.access_token_key, "usher", ACCESS_LIFETIME),
            ticket_tokens=SignedTicketTokens(secrets.ticket_key),
            passwords=passwords,
        )
        await stack.enter_async_context(keeping_up(services))
        yield Plugged(services, ready=lambda: answers(engine))


def build_app(usher: Plugged, settings: Settings) -> Starlette:
    async def live(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok") if await usher.ready() else PlainTextResponse("the database does not answer", 503)

    graphql = serve_graphql(
        api,
        make_context=partial(Context, usher.services),
        read_token=usher.services.access_tokens.read,
        allowed_origins=settings.allowed_origins,
    )
    routes = [
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        Route("/health/live", live),
        Route("/health/ready", ready),
        *service_routes(usher.services),
        *([demo_accounts(DEMO_EMAILS, PASSWORD)] if settings.mode == "demo" else []),
        *page_routes(PAGE),
    ]
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])


@asynccontextmanager
async def migrated_database(settings: Settings, say: Callable[[str], None], *, share: bool) -> AsyncIterator[RunningPostgres]:
    if settings.database_url:
        say("Migrating the database")
        await migrate(settings.database_url)
        yield RunningPostgres(settings.database_url, None)
        return
    async with embedded_postgres(settings.data_dir, share=share, say=say) as database:
        say("Migrating the database")
        await migrate(database.url)
        yield database


def run(work: Callable[[Settings, Interrupts], Awaitable[None]]) -> None:
    """Leaves with 2 for a bad setting, 1 for what makes the work impossible, 128 and the signal where that ended it early."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(_exit_code(work))
    if code:
        raise typer.Exit(code)


async def _exit_code(work: Callable[[Settings, Interrupts], Awaitable[None]]) -> int:
    interrupts = Interrupts()
    try:
        settings = Settings.of(os.environ)
        configure_logs(json=settings.mode == "production")
        await work(settings, interrupts)
    except asyncio.CancelledError:
        if interrupts.received is None:
            raise
        return 128 + interrupts.received
    except (BadSetting, BadSecret) as refusal:
        complaints.print(str(refusal))
        return 2
    except (PostgresUnusable, DatabaseUnreachable, NewerDatabase, CannotListen, ImportRefused, DomainError) as refusal:
        complaints.print(str(refusal))
        return 1
    except BaseExceptionGroup as group:
        # Task groups wrap whatever ends the work inside them; one line for a person is one all the same.
        alone = group.exceptions[0]
        if len(group.exceptions) > 1 or not isinstance(
            alone, PostgresUnusable | DomainError | ImportRefused | asyncio.CancelledError
        ):
            raise
        complaints.print(str(alone))
        return 1
    return 0


async def serve_until_stopped(settings: Settings, interrupts: Interrupts) -> None:
    with (
        closing(bound_socket(settings.host, settings.port)) as bound,
        Steps(terminal, logged=settings.mode == "production") as steps,
    ):
        settings.secrets()
        async with migrated_database(settings, steps.say, share=False) as database, plugged(settings, database.url) as usher:
            if settings.mode == "demo":
                steps.say("Seeding the demo")
                await seed_demo(usher.services)
            steps.stop()
            listen(bound)
            server = server_for(build_app(usher, settings), on_started=lambda: greet(settings, bound))
            interrupts.gently = server.stop
            await _served(server, bound, database)


async def _served(server: Server, bound: socket.socket, database: RunningPostgres) -> None:
    async def stop_when_the_database_has_ended() -> None:
        await database.ended()
        server.stop()

    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(stop_when_the_database_has_ended())
        await server.serve(sockets=[bound])
        watch.cancel()
    if not database.running:
        raise PostgresUnusable("The database has ended by itself; postgres.log in the data folder may say why.")


def greet(settings: Settings, bound: socket.socket) -> None:
    host, port = bound.getsockname()[:2]
    name = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    url = settings.public_url or f"http://{name}:{port}"
    if settings.mode == "production":
        log.info("ready", url=url)
        return
    terminal.print(f"\nUsher is open at {url}\n  GraphQL at {url}/graphql")
    terminal.print(f"  Sign in with the password {PASSWORD} as {', '.join(DEMO_EMAILS)}")
    terminal.print(f"  Ctrl-C stops it; the data stays in {settings.data_dir}\n")


commands = typer.Typer(help="Usher, an open-source ticketing platform.", add_completion=False, pretty_exceptions_enable=False)
imports = typer.Typer(help="Bring in what was made elsewhere.", no_args_is_help=True)
commands.add_typer(imports, name="import")
ImportFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


@commands.callback(invoke_without_command=True)
def help_if_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@commands.command()
def serve() -> None:
    """Serve the API and the shop, with a Postgres of its own unless DATABASE_URL is set."""
    run(serve_until_stopped)


@commands.command()
def worker() -> None:
    """Do the work in the background only: expiries, unsettled payments, refunds."""

    async def work(settings: Settings, interrupts: Interrupts) -> None:
        settings.secrets()
        stopped = asyncio.Event()
        with Steps(terminal, logged=settings.mode == "production") as steps:
            async with migrated_database(settings, steps.say, share=True) as database, plugged(settings, database.url):
                steps.stop()
                interrupts.gently = stopped.set
                await stopped.wait()

    run(work)


@commands.command("migrate")
def migrate_only() -> None:
    """Bring the database to the newest revision."""

    async def work(settings: Settings, interrupts: Interrupts) -> None:
        with Steps(terminal, logged=settings.mode == "production") as steps:
            async with migrated_database(settings, steps.say, share=True):
                pass

    run(work)


@commands.command()
def seed() -> None:
    """Put the demo's events and accounts into the database, once."""
    run(_plugged_in("Seeding the demo", lambda usher: seed_demo(usher.services)))


@imports.command("seating-plan")
def seating_plan(file: ImportFile) -> None:
    """Keep the room of FILE, a seating plan in the open format of pretix, as a seat map."""

    async def work(settings: Settings, interrupts: Interrupts) -> None:
        with Progress(console=terminal, transient=True) as progress:
            task = progress.add_task(f"Reading {file.name}")
            plan = read_seating_plan(file.read_bytes(), lambda done, rows: progress.update(task, completed=done, total=rows))
        await _plugged_in("Keeping the seat map", lambda usher: keep_seat_map(usher.services, plan.seat_map))(settings, interrupts)
        room = plan.seat_map
        terminal.print(f"{room.name}: {room.seat_count} seats in {len(room.sections)} sections")
        terminal.print(f"  categories: {', '.join(category.name for category in room.categories)}")
        terminal.print(f"  seat map {room.hash}")
        for repair in plan.repairs:
            terminal.print(f"  repaired: {repair}")

    run(work)


@imports.command("events")
def events(
    file: ImportFile,
    timezone: Annotated[str | None, typer.Option(help="IANA zone of times that say none, e.g. Europe/Warsaw.")] = None,
    seat_map: Annotated[
        str | None, typer.Option(help="Hash of a seat map: offers named like its categories sell its seats.")
    ] = None,
    organizer: Annotated[str, typer.Option(help="Slug of the organizer who puts them on.")] = "imported",
) -> None:
    """Put on the events of FILE, schema.org Event JSON-LD; importing it again adds nothing."""

    async def work(settings: Settings, interrupts: Interrupts) -> None:
        read = read_events(file.read_bytes(), timezone)
        outcomes: list[PutOn] = []

        async def put_on_all(usher: Plugged) -> None:
            outcomes.extend(await import_events(usher.services, (organizer, organizer), read.events, seat_map))

        await _plugged_in(f"Putting on {len(read.events)} events", put_on_all)(settings, interrupts)
        added, present = (sum(one.sessions_added for one in outcomes), sum(one.sessions_present for one in outcomes))
        terminal.print(f"{len(outcomes)} events with {added} new sessions; {present} were there already")
        for note in read.notes:
            terminal.print(f"  note: {note}")

    run(work)


@commands.command()
def schema() -> None:
    """Print the GraphQL schema in its definition language."""
    typer.echo(api.as_str())


def _plugged_in(step: str, job: Callable[[Plugged], Awaitable[object]]) -> Callable[[Settings, Interrupts], Awaitable[None]]:
    async def work(settings: Settings, interrupts: Interrupts) -> None:
        settings.secrets()
        with Steps(terminal, logged=settings.mode == "production") as steps:
            async with migrated_database(settings, steps.say, share=True) as database, plugged(settings, database.url) as usher:
                steps.say(step)
                await job(usher)

    return work


if __name__ == "__main__":
    commands()
