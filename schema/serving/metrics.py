"""What Prometheus is told of live seats and of promises, and where."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from schema.serving.outside import Outside
from schema.serving.shell import Shell

LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Of one process, in a registry of its own. Counts for `live_seats` too, as `counted`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.sockets = self._gauge("sockets", "Websockets and streams over HTTP that are open.")
        self.subscriptions = self._gauge("subscriptions", "Operations that run on them.")
        self.shared_streams = self._gauge("shared_streams", "Executions that several subscriptions share, or could.")
        self.executions = self._counter("executions", "Updates that were executed, for one subscriber or for all who share them.")
        self.deliveries = self._counter("deliveries", "Results that were sent to a subscriber.")
        self.merged = self._counter("merged_changes", "Changes that were handed on, several in one message where they were many.")
        self.folds = self._counter("folds", "Deltas that stood for several, for a subscriber who was behind.")
        self.resyncs = self._counter("resyncs", "Snapshots for subscribers who were too far behind for deltas.")
        self.cut_offs = self._counter("cut_offs", "Clients let go of because they did not read.")
        self.refusals = self._counter("refusals", "Sockets and subscriptions that there was no room for.")
        self.snapshots = self._counter("snapshot_reads", "Snapshots read from the database.")
        self.logs = self._counter("log_reads", "Missed changes read from the database.")
        self.answered = Counter(
            "usher_http_executions",
            "Executions of known documents asked for over HTTP, each for one request or for many of the same query.",
            registry=self.registry,
        )
        self.lag = Histogram(
            "usher_live_lag_seconds",
            "From a commit to the last subscriber's being sent it, of those who are not behind.",
            buckets=LAGS,
            registry=self.registry,
        )

        self.throttled = Counter(
            "usher_throttled",
            "Operations that were refused because their caller asks for too much in too short a time.",
            ["caller"],
            registry=self.registry,
        )
        self.violations = Gauge(
            "usher_invariant_violations",
            "Things that break a promise, when it was last asked for.",
            ["invariant"],
            registry=self.registry,
        )
        self.verified = Gauge("usher_verified_timestamp_seconds", "When all promises were last asked for.", registry=self.registry)

    def proved(self, violations: Mapping[str, int]) -> None:
        """By the name of the invariant."""
        for name, count in violations.items():
            self.violations.labels(name).set(count)
        self.verified.set_to_current_time()

    def handed_over(self, merged: int, lag_seconds: float | None) -> None:
        self.merged.inc(merged)

    def folded(self, deltas: int) -> None:
        self.folds.inc()

    def resynced(self) -> None:
        self.resyncs.inc()

    def snapshot_read(self) -> None:
        self.snapshots.inc()

    def log_read(self) -> None:
        self.logs.inc()

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"usher_live_{name}", what, registry=self.registry)

    def _counter(self, name: str, what: str) -> Counter:
        return Counter(f"usher_live_{name}", what, registry=self.registry)


def metrics_route(metrics: Metrics) -> Route:
    def show(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(metrics.registry), headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    return Route("/metrics", show)


def metrics_app(metrics: Metrics) -> ASGIApp:
    """For a port of its own."""
    return Outside(Starlette(routes=[metrics_route(metrics)]), Shell())
