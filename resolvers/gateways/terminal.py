"""What the person at the terminal, or whoever reads the logs, gets to see."""

import logging
import sys
from types import TracebackType
from typing import Self

import structlog
from rich.console import Console
from structlog.typing import Processor

from resolvers.gateways.redaction import redacted_line, without_secret_fields

log = structlog.get_logger()


def configure_logs(*, json: bool) -> None:
    """JSON lines for machines, else for people; the libraries' own logs from WARNING on look the same. All on stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secret_fields,
    ]
    endings = [*(_for_machines() if json else _for_people()), redacted_line]
    structlog.configure(
        processors=[*shared, *endings],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *endings]
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


# Tracebacks without local variables: those hold tokens, passwords and emails.
def _for_machines() -> list[Processor]:
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(tracebacks), structlog.processors.JSONRenderer()]


def _for_people() -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]


class Steps:
    """A spinner at a terminal, a line each in a pipe, log lines in production."""

    def __init__(self, console: Console, *, logged: bool) -> None:
        self._console = console
        self._logged = logged
        self._spinner = console.status("Starting")
        self._spins = console.is_terminal and not logged

    def __enter__(self) -> Self:
        if self._spins:
            self._spinner.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def say(self, step: str) -> None:
        if self._logged:
            log.info("starting", step=step)
        elif self._spins:
            self._spinner.update(f"{step} …")
        else:
            self._console.print(f"{step} …")

    def stop(self) -> None:
        self._spinner.stop()
