"""What was measured, as a table, and beside what was aimed at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

OURS, LIMIT, BARE, TEXTBOOK = "Usher", "picows", "websockets.broadcast", "Strawberry, textbook"
COLUMNS = (
    "watchers",
    "behind",
    "told",
    "messages",
    "µs/message",
    "µs/change",
    "core",
    "others",
    "p50 ms",
    "p99 ms",
    "KiB each",
    "accepted/s",
    "µs each",
    "client µs",
    "its core",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU in µs is the server's, less what the same changes cost with one watcher; `cpu_change` is for a change and watcher.

    Delays in ms are from when a change became true to when the last watcher had it; only changes that all have got count.
    `load` is the share of its core that the server used, `others` what was not its own there; `memory` is in KiB a watcher.
    `behind` are the watchers that did not have the last change in the end; `load_client` is the client's share of its core.
    """

    name: str
    watchers: int
    behind: int
    changes: int
    told: int
    messages: int
    cpu_message: float
    cpu_change: float
    load: float
    others: float
    delays: Sequence[float]
    memory: float
    accepted: float
    cpu_accept: float
    cpu_client: float
    load_client: float

    @property
    def complete(self) -> float:
        """The share of all changes that all watchers were to be told, which they were told."""
        return self.told / (self.changes * self.watchers)

    @property
    def row(self) -> list[str]:
        return [
            f"{self.watchers:,}",
            f"{self.behind:,}",
            f"{self.complete:.1%}",
            f"{self.messages:,}",
            f"{self.cpu_message:.1f}",
            f"{self.cpu_change:.1f}",
            f"{self.load:.0%}",
            f"{self.others:.0%}",
            *(f"{percentile(self.delays, part):,.0f}" if self.delays else "-" for part in (0.5, 0.99)),
            f"{self.memory:.1f}",
            f"{self.accepted:,.0f}",
            f"{self.cpu_accept:,.0f}",
            f"{self.cpu_client:.1f}",
            f"{self.load_client:.0%}",
        ]


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def measured(name: str, watchers: int, alone: Mapping[str, Any], crowd: Mapping[str, Any]) -> Measured:
    """From what was seen of one watcher and of all."""
    made = crowd["made"]
    got = {int(version): count for version, count in crowd["watchers"].items()}
    told = sum(got.get(version, 0) for version in made)
    spent = crowd["cpu_server"] - alone["cpu_server"] / len(alone["made"]) * len(made)
    return Measured(
        name=name,
        watchers=watchers,
        behind=crowd["behind"],
        changes=len(made),
        told=told,
        messages=crowd["messages"],
        cpu_message=spent / max(crowd["messages"], 1) * 1e6,
        cpu_change=spent / max(told, 1) * 1e6,
        load=crowd["cpu_server"] / crowd["lasted"],
        others=max(0.0, crowd["busy"] - crowd["cpu_server"]) / crowd["lasted"],
        delays=[(crowd["last"][str(version)] - at) * 1e3 for version, at in made.items() if got.get(version) == watchers],
        memory=crowd["memory"] / watchers / 1024,
        accepted=watchers / crowd["seconds"],
        cpu_accept=crowd["cpu_accepting"] / watchers * 1e6,
        cpu_client=crowd["cpu"] / max(crowd["messages"], 1) * 1e6,
        load_client=crowd["cpu"] / crowd["lasted"],
    )


def table_of(found: Sequence[Measured]) -> Table:
    table = Table()
    table.add_column("µs are of CPU", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for one in found:
        table.add_row(one.name, *one.row)
    return table


def ratios(found: Sequence[Measured]) -> list[str]:
    """A line for each aim that can be judged by what was measured."""
    lines = []
    by_name = {one.name: one for one in found}
    ours, limit, textbook = by_name[OURS], by_name[LIMIT], by_name.get(TEXTBOOK)
    lines.append(f"{ours.cpu_message / limit.cpu_message:.2f} × picows' CPU a message (aim: at most 1.4)")
    if textbook:
        lines.append(f"{textbook.cpu_message / ours.cpu_message:.0f} × less CPU a message than the textbook (aim: at least 35)")
    if others := [one for one in found if one.name.startswith("Node")]:
        best = min(others, key=lambda one: one.cpu_message)
        lines.append(f"1/{best.cpu_message / ours.cpu_message:.1f} of the CPU a message of {best.name} (aim: at most 1/5)")
    for one in (limit, by_name[BARE]):
        lines.append(f"{ours.memory - one.memory:.1f} KiB a watcher more than a bare socket of {one.name} (aim: at most 16)")
    if ours.delays:
        aim = " (aim: less than 150)" if ours.watchers == 5_000 else ""
        lines.append(f"p99 {percentile(ours.delays, 0.99):.0f} ms from commit to the last of {ours.watchers:,} watchers{aim}")
    lines.append(
        f"{ours.complete:.1%} of {ours.changes} changes told to {ours.watchers:,} watchers, {ours.behind} behind (aim: all, nobody)"
    )
    return lines
