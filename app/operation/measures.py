"""What /metrics tells, in Prometheus' words: times, counts and ages, never a name."""

import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.build.lock import LAST_BUILD
from app.errors import AccordError
from app.serving import read_facts, watch

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

disable_created_metrics()
REGISTRY = CollectorRegistry()
SESSIONS = Gauge("accord_sessions", "Readers' open pages on this process.", registry=REGISTRY)
QUESTIONS = Histogram("accord_question_seconds", "Time that questions to the scorecard took.", buckets=SECONDS, registry=REGISTRY)
Gauge("accord_questions_under_way", "Questions being answered at this moment.", registry=REGISTRY).set_function(watch.under_way)
INTERRUPTED = Counter("accord_questions_interrupted", "Questions stopped as they took too long.", registry=REGISTRY)
FAILED = Counter("accord_questions_failed", "Questions that failed otherwise.", registry=REGISTRY)
ERRORS = Counter("accord_errors", "Faults in the log.", registry=REGISTRY)
ProcessCollector(registry=REGISTRY)


def hear(seconds: float, result: str) -> None:
    """Takes note of one question; a listener of app.serving."""
    QUESTIONS.observe(seconds)
    if result != "answered":
        (INTERRUPTED if result == "interrupted" else FAILED).inc()


class Errors(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        ERRORS.inc()


class Builds(Collector):
    """The scorecard in service and the last build, read from their files when asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What is known; a scorecard or a build that is not there has no line."""
        try:
            facts = read_facts(self.folder)
        except (AccordError, OSError, ValueError):
            facts = {}
        for name, key, text in (
            ("accord_build_age_seconds", "built_at", "Seconds since the scorecard in service was built."),
            ("accord_data_age_seconds", "as_of", "Seconds since the moment that its data is true at."),
        ):
            if key in facts:
                yield GaugeMetricFamily(name, text, _age(str(facts[key])))
        yield from self._last_build()

    def _last_build(self) -> Iterator[GaugeMetricFamily]:
        last = read_last_build(self.folder)
        if last is None:
            return
        yield GaugeMetricFamily("accord_last_build_success", "1 if the last build went through, 0 if it failed.", int(last["result"] == "ok"))
        yield GaugeMetricFamily("accord_last_build_age_seconds", "Seconds since the last build ended, well or not.", _age(str(last["at"])))
        yield GaugeMetricFamily("accord_last_build_duration_seconds", "How long it took.", last["duration_s"])
        rows = GaugeMetricFamily("accord_last_build_rows", "Rows of its extracts; only of one that went through.", labels=["state"])
        for state, count in last.get("rows", {}).items():
            rows.add_metric([state], count)
        yield rows


def read_last_build(folder: Path) -> dict | None:
    """How the last build of a scorecard's folder ended: result (`ok` or `failed`), sentence, at, duration_s and, of one that went
    through, rows (read, kept, quarantined). None before the first.
    """
    try:
        return json.loads((folder / LAST_BUILD).read_text())
    except (OSError, ValueError):
        return None


def exposition(folder: Path) -> bytes:
    """All measures in Prometheus' text format."""
    builds = CollectorRegistry()
    builds.register(Builds(folder))
    return generate_latest(REGISTRY) + generate_latest(builds)


def _age(moment: str) -> float:
    at = datetime.fromisoformat(moment)
    return round(time.time() - (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp(), 1)
