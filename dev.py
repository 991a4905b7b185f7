#!/usr/bin/env python3
"""Run Accord from a fresh checkout; needs Python 3.11 or newer and nothing else.

    python3 dev.py demo [--port N]      the site over the sample company
    python3 dev.py test [pytest args]   every test, with a real browser and both databases
    python3 dev.py bench [options]      how fast it is, over invented companies (--help says what can be chosen)
    python3 dev.py accord COMMAND ...   the command line (build, serve, check, metrics, metric, notes, digest)

The first run makes .venv beside this file from the pinned, hashed locks; later runs find it made.
Exit status: that of the command; 2 when something must be mended first, said in one sentence.
"""

import sys

# Above everything else, so that an old Python says this and not a SyntaxError or ImportError.
if sys.version_info < (3, 11):
    sys.stderr.write(
        "Accord needs Python 3.11 or newer, and this is Python %d.%d: install a newer one and run "
        "dev.py with it (python3.11 dev.py ...).\n" % sys.version_info[:2]
    )
    sys.exit(2)

import contextlib
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-dev.lock"
SPARK_LOCKS = (ROOT / "requirements-spark.lock", ROOT / "requirements-pyspark.lock")
# All tests run on several cores, a file on one of them (tests/conftest.py); those that are named, one after the other.
SIDE_BY_SIDE = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadgroup", "--no-loadscope-reorder"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class Unready(Exception):
    """Something whoever runs this can mend; the message says what and how."""


# --- the environment ---------------------------------------------------------------------------


def wanted_stamp(*locks: Path) -> str:
    """What an environment made from these locks, at this place, by this Python is known by."""
    digest = hashlib.sha256()
    for lock in locks:
        digest.update(lock.read_bytes())
    return f"{digest.hexdigest()} python {sys.version_info.major}.{sys.version_info.minor} {ROOT}\n"


def is_stamped(name: str, stamp: str) -> bool:
    """Whether the installation called name was finished and is still the one wanted."""
    try:
        return PYTHON.exists() and (VENV / name).read_text(encoding="utf-8") == stamp
    except OSError:
        return False


def ensure_environment(for_tests: bool) -> None:
    """Make .venv hold what the locks say; a finished one costs two small reads. Raises Unready."""
    run_stamp, test_stamp = wanted_stamp(RUN_LOCK), wanted_stamp(RUN_LOCK, TEST_LOCK)
    if is_stamped(".accord-run", run_stamp) and not (for_tests and not is_stamped(".accord-test", test_stamp)):
        return
    with one_at_a_time():
        # A stamp is written last: an installation cut short has none and is made again from nothing.
        if not is_stamped(".accord-run", run_stamp):
            make_venv()
            install(RUN_LOCK)
            add_project()
            (VENV / ".accord-run").write_text(run_stamp, encoding="utf-8")
        if for_tests and not is_stamped(".accord-test", test_stamp):
            install(TEST_LOCK)
            (VENV / ".accord-test").write_text(test_stamp, encoding="utf-8")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep two first runs from installing into each other (where the system has file locks)."""
    with open(ROOT / ".venv.lock", "w", encoding="utf-8") as handle:
        if not WINDOWS:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """A new, empty .venv in place of whatever was there. Raises Unready without Python's venv."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Unready(
            f"This Python comes without its {' and '.join(missing)} module, which .venv is made with: install it "
            f"(on Debian and Ubuntu: apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv) "
            "and run this again."
        )
    say("Making .venv ...")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "Python could not make .venv")


def ensure_spark() -> None:
    """Make .venv hold Apache Spark besides; without this nothing of it is installed. Raises Unready."""
    stamp = wanted_stamp(RUN_LOCK, *SPARK_LOCKS)
    if is_stamped(".accord-spark", stamp):
        return
    with one_at_a_time():
        if not is_stamped(".accord-spark", stamp):
            wheels, source = SPARK_LOCKS
            install(wheels)
            install(source, ["--no-binary", ":all:", "--no-build-isolation", "--no-deps"])
            (VENV / ".accord-spark").write_text(stamp, encoding="utf-8")


def find_java() -> str | None:
    """Path of the Java that Spark would run on: that of JAVA_HOME, else the first on PATH, else None."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")


def wants_spark(arguments: list[str]) -> bool:
    """Whether a command line is a build on Spark."""
    chosen = [word for flag, word in zip(arguments, arguments[1:], strict=False) if flag == "--engine"]
    chosen += [word.partition("=")[2] for word in arguments if word.startswith("--engine=")]
    return "build" in arguments[:1] and (chosen or [os.environ.get("ACCORD_ENGINE")])[-1] == "spark"


# Wheels only: building from source would fetch build tools that no lock pins. PySpark, which has no wheel, is built with pinned ones.
WHEELS = ("--only-binary", ":all:")


def install(lock: Path, how: Sequence[str] = WHEELS) -> None:
    """Install one lock file, every archive checked against its hash. Raises Unready."""
    say(f"Installing what {lock.name} pins (once, about a minute) ...")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += [*how, "--require-hashes", "-r", str(lock)]
    run(command, f"pip could not install {lock.name} (is a Python package index within reach?)")


def add_project() -> None:
    """Put this checkout on .venv's path, and an `accord` command into its folder of programs."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site_packages = Path(run([str(PYTHON), "-c", where], ".venv does not work").strip())
    (site_packages / "accord.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    # -P: a folder called app where the command is given must not be taken for this one.
    if WINDOWS:
        (BIN / "accord.cmd").write_text(f'@"{PYTHON}" -P -m app %*\n', encoding="utf-8")
        return
    command = BIN / "accord"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m app "$@"\n', encoding="utf-8")
    command.chmod(0o755)


# --- what tests drive: a browser, a database server --------------------------------------------


def find_chromium() -> str | None:
    """Path of the Chromium the tests drive: what ACCORD_CHROMIUM names, else the first on PATH, else None."""
    chosen = os.environ.get("ACCORD_CHROMIUM")
    found = (shutil.which(name) for name in ([chosen] if chosen else CHROMIUM_NAMES))
    return next(filter(None, found), None)


def find_postgresql() -> str | None:
    """Folder of PostgreSQL's server programs: Debian's newest, which is not on PATH, else where PATH has initdb, else None."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return str(Path(found).resolve().parent) if found else None


def ensure_for_tests() -> None:
    """Install from Debian what the tests drive where it is not there and we may; else say which tests will be skipped."""
    for name, package, find in (("Chromium", "chromium", find_chromium), ("PostgreSQL", "postgresql", find_postgresql)):
        why = None if find() else why_not_installed(name, package, find)
        if why:
            say(f"Tests that need {name} will be skipped: {why}")


def ensure_spark_for_tests() -> None:
    """Install Apache Spark where there is a Java to run it on; else say which tests will be skipped."""
    try:
        if not find_java():
            raise Unready("there is no Java to run it on.")
        ensure_spark()
    except Unready as problem:
        say(f"Tests that need Apache Spark will be skipped: {problem}")


def why_not_installed(name: str, package: str, find: Callable[[], str | None]) -> str:
    """Try to install a package through apt-get; a sentence saying why it is not there, or '' when it now is."""
    chosen = os.environ.get("ACCORD_CHROMIUM")
    if chosen and package == "chromium":
        return f"ACCORD_CHROMIUM names {chosen}, which is not a program."
    if not shutil.which("apt-get"):
        return "it is not installed, and there is no apt-get to install it with."
    as_root = root_prefix()
    if as_root is None:
        return f"it is not installed, and installing it takes root (apt-get install {package})."
    try:
        apt_install(as_root, package)
    except Unready as error:
        return str(error)
    return "" if find() else f"apt-get installed a {package} that is not where it is looked for."


def root_prefix() -> list[str] | None:
    """What to put before a command so that root runs it: nothing, sudo without a password, or None if we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def apt_install(as_root: list[str], package: str) -> None:
    """Debian's package with no recommended extras. Raises Unready."""
    say(f"Installing {package} for the tests (once) ...")
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    run([*apt, "update"], "apt-get update failed")
    run([*apt, "install", "-y", "--no-install-recommends", package], f"apt-get could not install {package}")


# --- running -----------------------------------------------------------------------------------


def say(sentence: str) -> None:
    """Progress for a person, apart from the output of the command that follows."""
    print(sentence, file=sys.stderr, flush=True)


def run(command: list[str], failure: str) -> str:
    """Run a step quietly and return its output. Raises Unready with the end of what it said on failure."""
    quietly = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, **quietly)
    if done.returncode == 0:
        return done.stdout
    last_words = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-15:])
    raise Unready(f"{failure} (exit status {done.returncode}):\n{last_words}")


def hand_over(command: list[str], cwd: Path) -> int:
    """Become the command, so that its signals and exit status are its own; Windows can only wait for it."""
    os.chdir(cwd)
    if WINDOWS:
        return subprocess.call(command)
    os.execv(command[0], command)


def main(arguments: list[str]) -> int:
    """Prepare what the named command needs, then run it. Returns the exit status."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name not in ("demo", "test", "bench", "accord"):
        print(__doc__.strip(), file=sys.stdout if name in ("-h", "--help") else sys.stderr)
        return 0 if name in ("-h", "--help") else 2
    try:
        ensure_environment(for_tests=name in ("test", "bench"))
        if name == "accord" and wants_spark(rest):
            ensure_spark()
    except Unready as problem:
        say(str(problem))
        return 2
    except OSError as problem:
        say(f"{problem.filename or ROOT} cannot be read or written ({problem.strerror}): mend that and run this again.")
        return 2
    if name == "test":
        ensure_for_tests()
        ensure_spark_for_tests()
        return hand_over([str(PYTHON), "-m", "pytest", *(rest or SIDE_BY_SIDE)], ROOT)
    if name == "bench":
        ensure_for_tests()
        return hand_over([str(PYTHON), "-m", "benchmarks", *rest], ROOT)
    if name == "demo":
        return hand_over([str(PYTHON), "-P", "-m", "app", "demo", *rest], ROOT)
    return hand_over([str(PYTHON), "-P", "-m", "app", *rest], Path.cwd())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped.")
        sys.exit(130)
