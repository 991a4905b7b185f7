"""A Spark session: on a server of our own that ends with the build, or on a cluster by its Spark Connect address."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.errors import CallerError
from app.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

START_S, REACH_S = 120, 10
CONNECT_PORT = 15002
INSTALL = "install the optional group `spark` (python3 dev.py accord build --engine spark does so, or pip install 'accord-scorecard[spark]')"
JAVA = "Java 17 or newer is not there: install it (on Debian and Ubuntu: apt-get install openjdk-17-jre-headless), or name a cluster in ACCORD_SPARK_URL"
# What the two engines must agree on: instants without zone, UTC, faults that stop a query, strings by their bytes.
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
}


@contextlib.contextmanager
def open_session(settings: Settings, folder: Path) -> Iterator["SparkSession"]:
    """A session for one build; `folder` holds what a local server writes. Raises CallerError where Spark is not there."""
    if settings.spark_url:
        with connected(settings.spark_url, settings) as session:
            yield session
    else:
        with local_server(settings, folder) as url, connected(url, settings) as session:
            yield session


@contextlib.contextmanager
def connected(url: str, settings: Settings) -> Iterator["SparkSession"]:
    """A session of its own on a Spark Connect server. Raises CallerError where there is none."""
    if find_spec("pyspark") is None or find_spec("sqlglot") is None or find_spec("grpc") is None:
        raise CallerError(f"Spark's Python package is not there: {INSTALL}.")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Spark speaks of pandas, which is not used here
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.session import SparkSession

        _reach(url)
        try:
            session = SparkSession.builder.remote(url).create()
            for name, value in SESSION.items():
                session.conf.set(name, value)
        except (PySparkException, OSError, ValueError) as fault:
            raise _silent(url, _first_line(fault)) from None
        try:
            yield session
        finally:
            with contextlib.suppress(PySparkException, OSError):
                session.stop()


def _reach(url: str) -> None:
    """Whether anyone listens there: the client itself would try for minutes. Raises CallerError."""
    place = urlsplit(url)
    try:
        socket.create_connection((place.hostname or "localhost", place.port or CONNECT_PORT), REACH_S).close()
    except (OSError, ValueError) as fault:
        raise _silent(url, str(fault)) from None


def _silent(url: str, why: str) -> CallerError:
    """What is said of a server that cannot be used; what stands behind the address may hold a password."""
    return CallerError(f"Spark does not answer at {url.partition('/;')[0]} ({why}): check ACCORD_SPARK_URL, and that a Spark Connect server runs there.")


@contextlib.contextmanager
def local_server(settings: Settings, folder: Path) -> Iterator[str]:
    """The address of a Spark Connect server on this machine, which ends with the block. Raises CallerError where it cannot be started."""
    home = spark_home()
    if home is None:
        raise CallerError(f"Spark itself is not there: {INSTALL}.")
    if java() is None:
        raise CallerError(f"{JAVA}.")
    folder.mkdir(parents=True, exist_ok=True)
    port, token, log = _free_port(), secrets.token_urlsafe(24), folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            _command(home, port, settings, folder), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder,
            env={**os.environ, "SPARK_CONNECT_AUTHENTICATE_TOKEN": token, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(server, port, log)
        yield f"sc://localhost:{port}/;token={token}"
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        server.wait()


def java() -> str | None:
    """The Java that Spark would run on; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")


def spark_home() -> Path | None:
    """Where Spark itself lies; None where there is none, or only its thin client."""
    found = find_spec("pyspark")
    home = Path(found.origin).parent if found and found.origin else None
    return home if home and (home / "bin" / "spark-submit").exists() and (home / "jars").is_dir() else None


def _command(home: Path, port: int, settings: Settings, folder: Path) -> list[str]:
    conf = {
        "spark.master": "local[*]",
        "spark.driver.memory": _memory(settings.memory_limit),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        # One machine: as many parts as it has cores, and no more.
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
        "spark.default.parallelism": str(os.cpu_count() or 2),
        "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
    }
    said = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    return [str(home / "bin" / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *said, "spark-internal"]


def _memory(limit: str) -> str:
    """DuckDB's way to say an amount of memory, in Java's: whole megabytes."""
    number, unit = float(limit.rstrip("MGBi")), limit.lstrip("0123456789.")
    return f"{max(512, int(number * (1024 if unit.startswith('G') else 1)))}m"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    said = log.read_text(errors="replace").strip().splitlines()[-5:]
    raise CallerError("Spark could not be started on this machine:\n" + "\n".join(f"    {line}" for line in said))


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0][:200] if str(fault).strip() else type(fault).__name__
