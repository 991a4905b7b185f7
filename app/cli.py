"""The command line `accord`."""

import argparse
import csv
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AccordError, CallerError, QuestionError
from app.filters import DIMENSIONS, MODELS, SCOPES, Period
from app.settings import ROOT, Settings, read_settings

if TYPE_CHECKING:
    from app.build import Built

# Heavy rooms are imported where they are used, so that `accord --help` and a refused setting answer at once.


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0 when done, 1 for a fault of the program, 2 for one that the caller can mend."""
    try:
        arguments = _parser().parse_args(argv)
        return arguments.run(arguments)
    except CallerError as fault:
        print(fault, file=sys.stderr)
        return 2
    except AccordError as fault:
        print(f"A fault of the program: {fault}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="accord", description="The scorecard that marketing and sales share.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = _command(commands, "demo", _demo, "make the sample company if it is not there, build it, serve the site")
    build = _command(commands, "build", _build, "extracts to scorecard; prints rows read, kept and quarantined")
    serve = _command(commands, "serve", _serve, "serve the site over the built scorecard")
    check = _command(commands, "check", _check, "what a build would refuse, guess or miss, without building")
    _command(commands, "metrics", _metrics, "list every metric: name, sentence, unit, whose it is")
    metric = _command(commands, "metric", _metric, "the number the site shows, from the same query")
    for command in (demo, serve):
        command.add_argument("--port", type=int, default=8501, help="port to serve on (8501)")
    for command in (build, check):
        command.add_argument("--extracts", type=_here, metavar="DIR", help="folder of the extracts (ACCORD_EXTRACTS)")
        command.add_argument("--maps", type=_here, metavar="DIR", help="folder of the maps (ACCORD_MAPS)")
    build.add_argument("--out", type=_here, metavar="DIR", help="folder to write the scorecard to (ACCORD_SCORECARD)")
    _add_question(metric)
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


def _here(text: str) -> Path:
    """Folders on the command line are relative to where the caller stands."""
    return Path(text).absolute()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-20") from None


def _demo(arguments: argparse.Namespace) -> int:
    from app.sample import make_company

    settings = read_settings()
    company = settings.sample
    if not (company / "extracts").is_dir():
        print("Making the sample company ...", file=sys.stderr)
        make_company(company)
    sample = _sample_settings(settings)
    if not _is_up_to_date(sample):
        _built(sample)
    return _run_site(arguments.port, sample)


def _sample_settings(settings: Settings) -> Settings:
    """The sample company's folders; its scorecard lies beside it unless another is named."""
    own = "scorecard" in settings.model_fields_set
    folder = settings.sample
    return settings.model_copy(update={"extracts": folder / "extracts", "maps": folder / "maps", "scorecard": settings.scorecard if own else folder / "build"})


def _is_up_to_date(settings: Settings) -> bool:
    """Whether the scorecard in service was built from these very files, settings and queries."""
    from app.build import fingerprint
    from app.serving import read_facts

    try:
        return read_facts(settings.scorecard).get("fingerprint") == fingerprint(settings)
    except CallerError:
        return False


def _build(arguments: argparse.Namespace) -> int:
    built = _built(read_settings(extracts=arguments.extracts, maps=arguments.maps, scorecard=arguments.out))
    print(f"\nBuilt {built.folder}, true at {built.facts['as_of']:%Y-%m-%d %H:%M} UTC.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    _built(read_settings(extracts=arguments.extracts, maps=arguments.maps), keep=False)
    print("\nNothing was built: this was a check.")
    return 0


def _built(settings: Settings, keep: bool = True) -> "Built":
    from app.build import build
    from app.build.printout import print_report, progress_bar

    built = build(settings, progress_bar(sys.stderr), keep)
    print_report(built, sys.stdout)
    return built


def _serve(arguments: argparse.Namespace) -> int:
    from app.serving import latest_generation

    settings = _served(read_settings())
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


def _run_site(port: int, settings: Settings) -> int:
    """Becomes the server: one process, so that signals reach it."""
    os.environ |= {"ACCORD_SCORECARD": str(settings.scorecard)}
    os.chdir(ROOT)
    print(f"Serving the scorecard on http://localhost:{port}", file=sys.stderr)
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "app.site", "--server.port", str(port)])


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
