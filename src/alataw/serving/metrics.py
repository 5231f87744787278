"""The home of what is counted, and of how Prometheus reads it."""

from __future__ import annotations

from functools import lru_cache, partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from alataw.serving.cache import Cache
from alataw.serving.lanes import Pool
from alataw.serving.log import Log

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

disable_created_metrics()  # type: ignore[no-untyped-call]

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters of one server.

    Args:
        pool: Whose queues and workers are told.
        cache: Whose size is told.
        log: Whose losses are told.
    """

    def __init__(self, pool: Pool, cache: Cache, log: Log) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "alataw_requests", "Requests that were answered.", ["lane", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "alataw_request_seconds", "Time to the reply.", ["lane"], buckets=_BUCKETS, registry=self._registry
        )
        self.connections = Gauge("alataw_connections", "Clients that are connected.", registry=self._registry)
        self.reloads = Counter("alataw_reloads", "Reloads of the data.", ["outcome"], registry=self._registry)
        used = Gauge("alataw_cache_bytes", "What replies that are kept take.", registry=self._registry)
        used.set_function(lambda: cache.used_bytes)
        lost = Gauge("alataw_log_lines_lost_total", "Lines that the log was too slow for.", registry=self._registry)
        lost.set_function(lambda: log.lost)
        waiting = Gauge("alataw_waiting", "Requests that wait for a worker.", ["lane"], registry=self._registry)
        busy = Gauge("alataw_workers_busy", "Workers that are at work.", ["lane"], registry=self._registry)
        replaced = Gauge("alataw_workers_replaced_total", "Workers that ended.", ["lane"], registry=self._registry)
        for name, lane in pool.lanes.items():
            for gauge, what in ((waiting, "waiting"), (busy, "busy"), (replaced, "replaced")):
                gauge.labels(name).set_function(partial(getattr, lane, what))
        # To look a label up costs more than to count; there are few of them.
        self._counted = lru_cache(maxsize=1000)(lambda lane, status: self._requests.labels(lane, str(status)))
        self._timed = lru_cache(maxsize=10)(self._seconds.labels)

    def count(self, lane: str, status: int, seconds: float) -> None:
        """Count a request; the lane of one that needed no worker is `cache` or `front`."""
        self._counted(lane, status).inc()
        self._timed(lane).observe(seconds)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
