"""How a command runs and what it leaves with."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import typer
import uvloop
from rich.console import Console

from resolvers.gateways.interrupts import Interrupts
from resolvers.gateways.secrets import BadSecret
from resolvers.gateways.settings import BadSetting, Settings
from resolvers.gateways.terminal import configure_logs

Work: TypeAlias = Callable[[Settings, Interrupts], Awaitable[None]]
Refusals: TypeAlias = tuple[type[Exception], ...]


def start(work: Work, refusals: Refusals, complaints: Console) -> None:
    """Leaves with 2 for a bad setting, 1 for what makes the work impossible, 128 and the signal where that ended it early."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(_exit_code(work, refusals, complaints))
    if code:
        raise typer.Exit(code)


async def _exit_code(work: Work, refusals: Refusals, complaints: Console) -> int:
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
    except refusals as refusal:
        complaints.print(str(refusal))
        return 1
    except BaseExceptionGroup as group:
        # Task groups wrap whatever ends the work inside them; one line for a person is one all the same.
        alone = group.exceptions[0]
        if len(group.exceptions) > 1 or not isinstance(alone, (*refusals, asyncio.CancelledError)):
            raise
        complaints.print(str(alone))
        return 1
    return 0
