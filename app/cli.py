"""The command line `accord`."""

import argparse
import csv
import json
import os
import re
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AccessError, AccordError, CallerError, DigestError, NotesError, QuestionError
from app.filters import DIMENSIONS, MODELS, SCOPES, Period, read_day
from app.settings import ROOT, Settings, read_settings

if TYPE_CHECKING:
    from app.access import Scope
    from app.build import Built, Written
    from app.serving import Scorecard

# Heavy rooms are imported where they are used, so that `accord --help` and a refused setting answer at once.

# A question is planned in thousands of small pieces of memory, of which glibc keeps seven of a size at hand unless told otherwise: a tenth of its time.
ALLOCATOR = "glibc.malloc.tcache_count=1000"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0 when done, 1 for a fault of the program, 2 for one that the caller can mend."""
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if _told_to_stop.is_set():
            return 130  # DuckDB and pydantic give an interrupt that comes while they work a name of their own
        return _status(fault)


_told_to_stop = threading.Event()


def _stop(number: int, frame: object) -> None:
    _told_to_stop.set()
    raise KeyboardInterrupt


def _status(fault: Exception) -> int:
    """Says what is wrong. Raises what nobody foresaw."""
    if isinstance(fault, CallerError):
        print(fault, file=sys.stderr)
        return 2
    if isinstance(fault, AccordError):
        print(f"A fault of the program: {fault}", file=sys.stderr)
        return 1
    if isinstance(fault, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    raise fault


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="accord", description="The scorecard that marketing and sales share.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = _command(commands, "demo", _demo, "make the sample company if it is not there, build it, serve the site")
    build = _command(commands, "build", _build, "extracts to scorecard; prints rows read, kept and quarantined")
    serve = _command(commands, "serve", _serve, "serve the site over the built scorecard")
    check = _command(commands, "check", _check, "what a build would refuse, guess or miss, without building")
    _command(commands, "metrics", _metrics, "list every metric: name, sentence, unit, whose it is")
    metric = _command(commands, "metric", _metric, "the number the site shows, from the same query")
    digest = _command(commands, "digest", _digest, "the week's meeting to take away, as a file or by mail")
    for command in (demo, serve):
        command.add_argument("--port", type=int, default=8501, help="port to serve on (8501)")
    for command in (build, check):
        command.add_argument("--extracts", type=_here, metavar="DIR", help="folder of the extracts (ACCORD_EXTRACTS)")
        command.add_argument("--maps", type=_here, metavar="DIR", help="folder of the maps (ACCORD_MAPS)")
    build.add_argument("--out", type=_here, metavar="DIR", help="folder to write the scorecard to (ACCORD_SCORECARD)")
    build.add_argument("--engine", choices=("duckdb", "spark"), help="what computes (ACCORD_ENGINE)")
    build.add_argument("--full", action="store_true", help="do not rest on the build before, whatever is new")
    build.add_argument("--every", type=_span, metavar="SPAN", help="build now and then every 30s, 15m or 6h, until stopped")
    build.add_argument("--wait", action="store_true", help="wait for another build of the same scorecard to end")
    _add_question(metric)
    _add_notes(commands)
    digest.add_argument("--week", type=_day, metavar="DATE", help="any day of the week (the last complete one)")
    digest.add_argument("--out", type=_here, metavar="FILE", help="file to write: .html, .pdf, .png or .md")
    digest.add_argument("--reader", metavar="WHO", help="only what this entry of access.csv may see (everything)")
    digest.add_argument("--send", action="store_true", help="mail it to the readers of ACCORD_DIGEST_TO")
    return parser


def _command(commands: argparse._SubParsersAction, name: str, run: object, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.set_defaults(run=run)
    return command


def _add_question(metric: argparse.ArgumentParser) -> None:
    metric.add_argument("name", metavar="NAME", help="a metric of `accord metrics`")
    metric.add_argument("--from", dest="start", type=_day, metavar="DATE", help="first day of the period")
    metric.add_argument("--to", dest="end", type=_day, metavar="DATE", help="first day after the period")
    metric.add_argument("--by", nargs="+", action="extend", default=[], metavar="DIM", help="dimensions: " + ", ".join(DIMENSIONS))
    metric.add_argument("--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE", help="only rows with that value; empty = none")
    metric.add_argument("--model", default=MODELS[0], help="attribution model: " + ", ".join(MODELS))
    metric.add_argument("--scope", default=SCOPES[0], help="whose touches compete for credit: " + ", ".join(SCOPES))
    metric.add_argument("--format", choices=("table", "json", "csv"), default="table")


def _add_notes(commands: argparse._SubParsersAction) -> None:
    notes = commands.add_parser("notes", help="what people wrote: export or import all of it as JSON lines")
    ways = notes.add_subparsers(required=True, metavar="export|import")
    export = _command(ways, "export", _export_notes, "write all notes and their history as JSON lines")
    export.add_argument("--out", type=_here, metavar="FILE", help="file to write or replace, instead of standard output")
    taken = _command(ways, "import", _import_notes, "add what is not there and take newer versions; all of it or, on a fault, nothing")
    taken.add_argument("file", metavar="FILE", help="a file of `accord notes export`; - is standard input")


def _here(text: str) -> Path:
    """Folders on the command line are relative to where the caller stands."""
    return Path(text).absolute()


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-20") from None


def _span(text: str) -> int:
    """Seconds."""
    match = re.fullmatch(r"([1-9]\d{0,4})([smh])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of time; write it like 30s, 15m or 6h")
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def _demo(arguments: argparse.Namespace) -> int:
    from app.sample import make_company

    settings = read_settings()
    _check_access(settings)
    company = settings.sample
    if not (company / "extracts").is_dir():
        print("Making the sample company ...", file=sys.stderr)
        make_company(company)
    sample = _sample_settings(settings)
    written = _written(sample)
    if not _is_up_to_date(sample, written):
        _built(sample, written, wait=True)
    return _run_site(arguments.port, sample, "--plain-log")


def _sample_settings(settings: Settings) -> Settings:
    """The sample company's folders; its scorecard and its notes lie beside it unless others are named, so that what is tried out stays there."""
    folder, named = settings.sample, settings.model_fields_set
    beside = {"scorecard": folder / "build", "notes_url": f"sqlite:///{folder}/notes/notes.db"}
    own = {name: value for name, value in beside.items() if name not in named}
    return settings.model_copy(update={"extracts": folder / "extracts", "maps": folder / "maps"} | own)


def _is_up_to_date(settings: Settings, written: "Written") -> bool:
    """Whether the scorecard in service was built from these very files, settings, queries and what people wrote."""
    from app.build import fingerprint
    from app.serving import read_facts

    try:
        return read_facts(settings.scorecard).get("fingerprint") == fingerprint(settings, written)
    except CallerError:
        return False


def _build(arguments: argparse.Namespace) -> int:
    settings = read_settings(extracts=arguments.extracts, maps=arguments.maps, scorecard=arguments.out, engine=arguments.engine)
    if arguments.every:
        return _build_every(arguments.every, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)  # a build that is told to stop takes away what it began
    built = _built(settings, _written(settings), wait=arguments.wait, full=arguments.full)
    print(f"\n{str(built.facts['way']).capitalize()}.\nBuilt {built.folder}, true at {built.facts['as_of']:%Y-%m-%d %H:%M} UTC.")
    return 0


def _build_every(seconds: int, settings: Settings) -> int:
    from app.operation import logs
    from app.operation.schedule import build_every

    logs.set_up()
    place = next(place for place, word in enumerate(sys.argv) if word.startswith("--ev"))
    once = sys.argv[1:place] + sys.argv[place + (1 if "=" in sys.argv[place] else 2) :]
    return build_every(seconds, [sys.executable, "-m", "app", *once], settings.scorecard)


def _check(arguments: argparse.Namespace) -> int:
    settings = read_settings(extracts=arguments.extracts, maps=arguments.maps)
    _built(settings, _written(settings), keep=False)
    print("\nNothing was built: this was a check.")
    return 0


def _written(settings: Settings) -> "Written":
    """The joint work that people wrote. A build does not wait for a database that cannot be reached: it says so and goes on."""
    from app.build import Written
    from app.notes import JointWork, is_there, open_notes

    try:
        kept = open_notes(settings.notes_url).find(JointWork) if is_there(settings.notes_url) else []
    except NotesError as fault:
        return Written(notes=(f"Joint work that people wrote on the site is not counted this time. {fault}",))
    names = ("done_on", "kind", "marketing_member", "sales_member")
    rows = tuple(
        {name: getattr(one, name) for name in names} | {"account_id": one.account_id or one.account_name, "campaign_id": one.campaign, "note": one.text} for one in kept
    )
    return Written(rows, (f"Joint work: {len(rows):,} written on the site, besides joint_work.csv.",) if rows else ())


def _built(settings: Settings, written: "Written", keep: bool = True, wait: bool = False, full: bool = False) -> "Built":
    from app.build import build
    from app.build.printout import print_report, progress_bar

    built = build(settings, progress_bar(sys.stderr), keep, written, full=full, wait=wait)
    print_report(built, sys.stdout)
    return built


def _check_access(settings: Settings) -> None:
    """Before anything is made or served. Raises AccessError where the server would answer others than this machine without sign-in, and
    SettingError or AccessError where nobody could sign in.
    """
    from app.access import check_address, is_on, secrets

    secrets(settings)
    if not is_on(settings) and not settings.serve_without_sign_in:
        check_address(os.environ.get("STREAMLIT_SERVER_ADDRESS") or _configured_address())


def _configured_address() -> str | None:
    """The address of Streamlit's own files of settings, as it will read them."""
    import streamlit as st

    os.chdir(ROOT)
    return st.get_option("server.address")


def _serve(arguments: argparse.Namespace) -> int:
    from app.serving import latest_generation

    settings = _served(read_settings())
    _check_access(settings)
    latest_generation(settings.scorecard)
    return _run_site(arguments.port, settings)


def _served(settings: Settings) -> Settings:
    """The company's own scorecard; where it has none yet and names no folder, that of the sample company, said aloud."""
    from app.serving import CURRENT

    sample = _sample_settings(settings)
    if "scorecard" in settings.model_fields_set or (settings.scorecard / CURRENT).exists() or not (sample.scorecard / CURRENT).exists():
        return settings
    print("No scorecard of your own has been built yet: these are the numbers of the sample company.", file=sys.stderr)
    return sample


def _run_site(port: int, settings: Settings, *options: str) -> int:
    """Becomes the server: one process, so that signals reach it. Raises CallerError where the port is taken."""
    from app.operation.port import check_free

    check_free(os.environ.get("STREAMLIT_SERVER_ADDRESS") or _configured_address(), port)
    os.environ |= {"ACCORD_SCORECARD": str(settings.scorecard)} | ({} if settings.notes_url_file else {"ACCORD_NOTES_URL": settings.notes_url})
    os.environ.setdefault("GLIBC_TUNABLES", ALLOCATOR)
    os.chdir(ROOT)
    print(f"Serving the scorecard on http://localhost:{port}", file=sys.stderr)
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "app.site", "--server.port", str(port), *options])


def _export_notes(arguments: argparse.Namespace) -> int:
    from app.notes import export_lines, is_there, open_notes

    settings = read_settings()
    url = settings.notes_url if is_there(settings.notes_url) else _served(settings).notes_url
    if not is_there(url):
        raise NotesError("There are no notes yet: nobody has opened the site, or ACCORD_NOTES_URL names another place than the site's.")
    lines = export_lines(open_notes(url))
    if arguments.out is None:
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
        return 0
    try:
        count = _write_whole(arguments.out, lines)
    except OSError as fault:
        raise NotesError(f"{arguments.out} cannot be written: {fault.strerror}.") from None
    print(f"{count:,} lines written to {arguments.out}")
    return 0


def _write_whole(path: Path, lines: Iterable[str]) -> int:
    """Puts a file there, or in place of an older one, when all of it is on the disk; returns its number of lines."""
    count = 0
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
    return count


def _import_notes(arguments: argparse.Namespace) -> int:
    from app.notes import import_lines, open_notes

    source = sys.stdin.fileno() if arguments.file == "-" else _here(arguments.file)
    try:
        with open(source, encoding="utf-8-sig", closefd=arguments.file != "-") as lines:
            done = import_lines(open_notes(read_settings().notes_url), lines)
    except OSError as fault:
        raise NotesError(f"{arguments.file} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise NotesError(f"{arguments.file} is no text in UTF-8, so it is no file of `accord notes export`. Nothing was imported.") from None
    print(f"{done.read:,} lines read = {done.added:,} added + {done.newer:,} newer + {done.known:,} known")
    return 0


def _metrics(arguments: argparse.Namespace) -> int:
    from app.metrics import catalogue

    settings = read_settings().model_dump()
    for metric in catalogue().values():
        print(f"{metric.name}\n    {metric.sentence(settings)}\n    {metric.formula}. Unit: {metric.unit}. Whose: {metric.owner}. By: {', '.join(metric.dims)}.")
    return 0


def _metric(arguments: argparse.Namespace) -> int:
    from app.metrics import ask, check_values, find_metric
    from app.serving import open_current

    metric = find_metric(arguments.name)
    where = _where(arguments.where)
    period = _period(arguments)
    if period is None and not metric.is_state:
        raise QuestionError(f"{metric.name} needs a period: give --from and --to.")
    card = open_current(_served(read_settings()).scorecard)
    check_values(card, {name: values for name, values in where.items() if name in metric.dims})
    answer = ask(card, metric.name, period, arguments.by, where, arguments.model, arguments.scope)
    if answer.off:
        print(answer.off, file=sys.stderr)
    rows = [{name: value for name, value in row.items() if name != "without_amount"} for row in answer.rows]
    if arguments.format == "json":
        head = {"metric": metric.name, "from": period and period.start, "to": period and period.end, "as_of": f"{card.as_of.isoformat()}Z", "unit": metric.unit}
        print(json.dumps({**head, "rows": rows}, default=lambda value: value.isoformat(), ensure_ascii=False))
    else:
        _print_rows(rows, [*arguments.by, "value"], arguments.format)
    return 0


def _digest(arguments: argparse.Namespace) -> int:
    from app.digest import readers, send, write
    from app.meeting import hold, readable
    from app.notes import is_there, open_notes
    from app.serving import open_current

    settings = read_settings()
    if not arguments.out and not arguments.send:
        raise QuestionError("Say where the digest goes: --out FILE, --send, or both.")
    asked = readers(settings) if arguments.send else []
    settings = _served(settings)
    card = open_current(settings.scorecard, _scope(settings, arguments.reader))
    week = _week(card, arguments.week)
    notes = open_notes(settings.notes_url) if is_there(settings.notes_url) else None
    meeting = hold(card, readable(notes, card), week)
    made_at = datetime.now(UTC).replace(tzinfo=None)
    if arguments.out:
        write(meeting, arguments.out, made_at)
        print(f"Wrote {arguments.out}.")
    taken = send(meeting, settings, made_at) if arguments.send else []
    if taken:
        print(f"Sent to {', '.join(taken)}.")
    if refused := [reader for reader in asked if reader not in taken]:
        raise DigestError(f"The mail server refused {', '.join(refused)}; the other readers have it.")
    return 0


def _scope(settings: Settings, who: str | None) -> "Scope":
    """What an entry of access.csv may see; everything where none is named. Raises AccessError for a stranger, or one who sees no records."""
    from app.access import EVERYTHING, read_rules, scope_of_entry

    if who is None:
        return EVERYTHING
    if settings.access is None:
        raise AccessError("--reader names an entry of access.csv: set ACCORD_ACCESS to that file.")
    scope = scope_of_entry(read_rules(settings.access), who)
    if not scope.sees_records:
        raise AccessError(f"{who} is a viewer, and the digest tells of single deals and accounts.")
    return scope


def _week(card: "Scorecard", day: date | None) -> date:
    """First day of the week that a day is in, of those a meeting can be about."""
    from app.meeting import last_week, weeks
    from app.metrics import week_start

    if day is None:
        return last_week(card)
    week, known = week_start(card, day), weeks(card)
    if week not in known:
        raise QuestionError(f"There is no digest of the week of {week}: the data knows whole weeks from {known[-1]} to {known[0]}.")
    return week


def _where(pairs: list[str]) -> dict[str, tuple[str, ...]]:
    where: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark:
            raise QuestionError(f"--where {pair!r} is not of the form DIM=VALUE.")
        where[name] = (*where.get(name, ()), value)
    return where


def _period(arguments: argparse.Namespace) -> Period | None:
    if (arguments.start is None) != (arguments.end is None):
        raise QuestionError("--from and --to go together.")
    return Period(arguments.start, arguments.end) if arguments.start else None


def _print_rows(rows: list[dict], first: list[str], form: str) -> None:
    names = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    lines = [["" if row.get(name) is None else str(row[name]) for name in names] for row in rows]
    if form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *lines])
        return
    widths = [max(len(text) for text in column) for column in zip(names, *lines, strict=True)]
    for line in [names, *lines]:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
