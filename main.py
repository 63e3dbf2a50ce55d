"""Usher's front door: settings from the environment, adapters plugged in, the app, and the commands."""

import signal

if __name__ == "__main__":
    # Until there is something to tidy up, Ctrl-C ends us at once: no traceback from the middle of an import.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import structlog
import typer
from rich.console import Console
from starlette.types import ASGIApp

from db.availability import PostgresChangeLog
from db.cluster import PostgresUnusable
from db.embedded import RunningPostgres, embedded_postgres
from db.engine import answers, make_engine, make_pool
from db.inventory import batched_inventory
from db.migrating import DatabaseUnreachable, NewerDatabase, migrate
from db.queue_joins import batched_queue
from db.sandbox_clock import sandbox_clock, without_sandbox
from db.unit_of_work import readings, transactions
from db.verification import PostgresVerification
from domain.errors import DomainError
from domain.gateways import PaymentGateway
from domain.repositories import Inventory
from domain.sandbox import Sandbox
from resolvers.demo.seed import seed_demo
from resolvers.gateways.greeting import greet
from resolvers.gateways.imports.commands import Do, Job, import_commands
from resolvers.gateways.imports.refusals import ImportRefused
from resolvers.gateways.interrupts import Interrupts
from resolvers.gateways.mails.choosing import mailer_of
from resolvers.gateways.manifests import trusted_documents
from resolvers.gateways.passwords import Argon2Passwords
from resolvers.gateways.payments.sandbox import SandboxGateway
from resolvers.gateways.running import Work, start
from resolvers.gateways.settings import Settings
from resolvers.gateways.signers import Signers
from resolvers.gateways.terminal import Steps
from resolvers.gateways.verifying import add_verify
from resolvers.orders import settle
from resolvers.sandbox.faults import FaultyInventory, FaultyPayments
from resolvers.sandbox.rivals import RivalCrowds
from resolvers.services import Services
from resolvers.upkeep import Proving, keeping_up
from resolvers.verified_buyers import VerifiedBuyers
from resolvers.watching import WATCHABLE
from schema.api import schema as api
from schema.serving.app import Served, app_of
from schema.serving.capacity import Capacity
from schema.serving.demo import demo_routes
from schema.serving.listening import CannotListen, bound_socket, keep_for_good, listen, serve_until, served_beside, server_for
from schema.serving.metrics import Metrics, metrics_app, metrics_route
from schema.serving.pages import NOT_BUILT, Pages
from schema.serving.shell import Shell
from schema.serving.throttle import Rates, Throttle
from subscriptions.backend import make_broadcast
from subscriptions.limits import live_limits
from subscriptions.seat_feed import live_seats
from subscriptions.topics import live_topics

# What makes any work impossible, in one line for a person.
REFUSALS = (PostgresUnusable, DatabaseUnreachable, NewerDatabase, CannotListen, ImportRefused, DomainError)
SLOW_PAYMENT_SECONDS = 3.0
PAGES = Path(__file__).parent / "web" / "dist"

log = structlog.get_logger()
terminal = Console(soft_wrap=True, highlight=False, markup=False)
complaints = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


@dataclass(frozen=True, slots=True)
class Plugged:
    """What runs behind the app."""

    services: Services
    ready: Callable[[], Awaitable[bool]]
    metrics: Metrics


@asynccontextmanager
async def plugged(settings: Settings, database_url: str) -> AsyncIterator[Plugged]:
    """The only place where adapters are named."""
    secrets, metrics, rivals = settings.secrets(), Metrics(), RivalCrowds()
    signers = Signers.of(secrets, settings)

    async def deliver(body: bytes, headers: Mapping[str, str]) -> None:
        await settle(services, services.payments.read_webhook(body, headers))

    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandboxed(database_url, rivals)) if settings.sandbox == "on" else None
        if sandbox is None:
            await without_sandbox(database_url)
        engine = make_engine(database_url)
        stack.push_async_callback(engine.dispose)
        pool = await stack.enter_async_context(make_pool(database_url))
        broadcast = make_broadcast(settings.redis_url)
        seats = await stack.enter_async_context(
            live_seats(broadcast, PostgresChangeLog(pool), messages_per_second=settings.messages_per_second, counted=metrics)
        )
        watchable = (*WATCHABLE, signers.ended.watchable)
        topics = await stack.enter_async_context(live_topics(broadcast, readings(engine), watchable))
        inventory: Inventory = await stack.enter_async_context(batched_inventory(pool, settings.hold, seats.announce))
        ahead = timedelta if sandbox is None else lambda: sandbox.clock.ahead
        gateway = SandboxGateway(b64encode(secrets.webhook_secret).decode(), SLOW_PAYMENT_SECONDS, deliver, ahead=ahead)
        await stack.enter_async_context(gateway.running())
        payments: PaymentGateway = gateway
        if sandbox is not None:
            inventory, payments = FaultyInventory(inventory, sandbox, Random()), FaultyPayments(payments, sandbox, Random())
        passwords = Argon2Passwords()
        stack.callback(passwords.close)
        services = Services(
            transaction=transactions(engine),
            reading=readings(engine),
            inventory=inventory,
            seats=seats,
            topics=topics,
            payments=payments,
            access_tokens=signers.access,
            refresh_tokens=signers.refresh,
            second_steps=signers.second_steps,
            passkeys=signers.passkeys,
            ticket_tokens=signers.ticket,
            queue=await stack.enter_async_context(batched_queue(pool)),
            queue_tokens=signers.queue,
            ended=signers.ended,
            passwords=passwords,
            mailer=mailer_of(settings, terminal.print),
            site=settings.site,
            buyers=VerifiedBuyers(required=settings.verified_buyers == "on"),
            verification=PostgresVerification(database_url),
            limits=await stack.enter_async_context(live_limits(settings.redis_url)),
            sandbox=sandbox,
        )
        await signers.ended.look(services.reading)
        if sandbox is not None:
            await stack.enter_async_context(rivals.running(services))
        await stack.enter_async_context(keeping_up(services, proving=Proving.each(settings.verify_minutes, metrics.proved)))
        yield Plugged(services, ready=lambda: answers(engine), metrics=metrics)


@asynccontextmanager
async def sandboxed(database_url: str, rivals: RivalCrowds) -> AsyncIterator[Sandbox]:
    """Before anything else is connected: the clock stands in the way of every new connection."""
    async with sandbox_clock(database_url) as clock:
        yield Sandbox(clock, rivals)


def build_app(usher: Plugged, settings: Settings) -> ASGIApp:
    more = demo_routes(usher.services) if settings.mode == "demo" else []
    if settings.metrics_port is None and settings.mode == "demo":
        more.append(metrics_route(usher.metrics))
    pages = Pages(PAGES, explorer=settings.has_explorer)
    shell = Shell.of(trusted_documents(settings.trusted_documents), settings)
    capacity = Capacity(settings.sockets_per_user, settings.sockets_per_address, settings.subscriptions)
    throttle = Throttle(usher.services.limits, Rates(settings.cost_per_second, settings.cost_per_address), usher.services.usage)
    served = Served(usher.services, usher.ready, pages, usher.metrics, capacity, settings.allowed_origins, more, throttle, shell)
    return app_of(served)


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


def metrics_beside(settings: Settings, usher: Plugged) -> AbstractAsyncContextManager[None]:
    """On a port of their own, where there is one."""
    port = settings.metrics_port
    return nullcontext() if port is None else served_beside(metrics_app(usher.metrics), settings.host, port, "USHER_METRICS_PORT")


def run(work: Work) -> None:
    start(work, REFUSALS, complaints)


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
            if not (PAGES / "index.html").is_file():
                log.warning("pages_not_built", hint=NOT_BUILT)
            listen(bound)
            server = server_for(
                build_app(usher, settings),
                on_started=lambda: greet(terminal, settings, bound),
                trusted_proxies=settings.trusted_proxies,
            )
            keep_for_good()
            interrupts.gently = server.stop
            if usher.services.sandbox is not None:
                usher.services.sandbox.cut_connections = server.cut_websockets
            async with metrics_beside(settings, usher):
                await serve_until(database.ended, server, bound)
            if not database.running:
                raise PostgresUnusable("The database has ended by itself; postgres.log in the data folder may say why.")


commands = typer.Typer(help="Usher, an open-source ticketing platform.", add_completion=False, pretty_exceptions_enable=False)


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
            async with migrated_database(settings, steps.say, share=True) as database, plugged(settings, database.url) as usher:
                steps.stop()
                interrupts.gently = stopped.set
                async with metrics_beside(settings, usher):
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
    run_plugged_in(lambda do: do("Seeding the demo", seed_demo))


@commands.command()
def schema() -> None:
    """Print the GraphQL schema in its definition language."""
    typer.echo(api.as_str())


def run_plugged_in(work: Callable[[Do], Awaitable[None]]) -> None:
    async def started(settings: Settings, interrupts: Interrupts) -> None:
        await work(partial(on_the_database, settings))

    run(started)


async def on_the_database(settings: Settings, step: str, job: Job) -> None:
    settings.secrets()
    with Steps(terminal, logged=settings.mode == "production") as steps:
        async with migrated_database(settings, steps.say, share=True) as database, plugged(settings, database.url) as usher:
            steps.say(step)
            await job(usher.services)


commands.add_typer(import_commands(run_plugged_in, terminal), name="import")
add_verify(commands, run_plugged_in, terminal)


if __name__ == "__main__":
    commands()
