"""Rooms and the arrows between them; where SQL may stand; what the README must name; and what no file may name."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from companies import ROOT

from app.cli import _parser
from app.metrics import catalogue
from app.settings import Settings

# What each room may import of the program, and which libraries besides Python's own. A new arrow is drawn here first.
SHARED = {"app.errors", "app.filters", "app.settings"}
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "streamlit_app.py": ({"app.views", "app.errors"}, {"streamlit"}),
    "pages": ({"app.views"}, {"streamlit"}),
    "app/views": ({"app.charts", "app.metrics", "app.notes", "app.meeting", "app.digest", "app.access", *SHARED}, {"streamlit", "pyarrow", "pandas"}),
    "app/charts": ({"app.filters", "app.errors"}, {"altair", "pandas", "pyarrow"}),
    "app/metrics": ({"app.serving", "app.queries", "app.access", *SHARED}, {"pyarrow", "numpy"}),
    "app/access": (SHARED, set()),  # who may see what
    "app/serving": ({"app.queries", "app.access", *SHARED}, {"duckdb", "pyarrow", "numpy"}),
    "app/build/spark": ({"app.build", "app.queries", *SHARED}, {"pyspark", "pyarrow", "sqlglot", "duckdb"}),  # only where a build is to run there
    "app/build": ({"app.queries", *SHARED}, {"duckdb", "numpy"}),  # numpy solves the chain of touches
    "app/sample": ({"app.errors"}, {"numpy", "duckdb", "pyarrow"}),
    "app/notes": (SHARED, {"sqlalchemy", "alembic"}),
    "app/meeting": ({"app.metrics", "app.notes", "app.charts", *SHARED}, {"pyarrow"}),  # what the week's meeting says, on the page and in the digest
    "app/digest": ({"app.meeting", "app.charts", *SHARED}, {"jinja2", "typst", "vl_convert"}),
    # What surrounds the pages in service.
    "app/operation": ({"app.serving", "app.notes", "app.access", "app.build", *SHARED}, {"streamlit", "starlette", "uvicorn", "prometheus_client"}),
    "app/cli.py": (
        {"app.access", "app.operation", "app.build", "app.metrics", "app.sample", "app.serving", "app.notes", "app.meeting", "app.digest", "app.queries", *SHARED},
        {"streamlit"},
    ),
    "app/site.py": ({"app.operation", "app.serving", "app.errors", "app.settings"}, {"streamlit"}),  # starts the server
    "app/__main__.py": ({"app.cli"}, set()),
    "app/queries.py": ({"app.errors", "app.filters"}, {"duckdb"}),
    "app/errors.py": (set(), set()),
    "app/filters.py": ({"app.errors"}, set()),
    "app/settings.py": ({"app.errors"}, {"pydantic", "pydantic_settings"}),
}
OURS = ("app", "streamlit_app", "pages", "tests", "dev")
SQL_TEXT = re.compile(r"\bselect\b[^.]+\bfrom\b|\bwith\s+\w+\s+as\s*\(|\b(insert into|create table|group by|order by)\b", re.I)
MACHINE_PATH = re.compile(r"""(?<![\w.<])/(?:work|tmp|home|Users|root)/|[A-Z]:\\Users""")
REGISTRY = re.compile(r"https?://[^\s/\"'<>)]*(?:pypi|index|mirror|proxy|registry|artifactory|nexus)[^\s/\"'<>)]*", re.I)


def _python(*folders: str) -> Iterator[Path]:
    for folder in folders:
        path = ROOT / folder
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _room(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    found = [room for room in ROOMS if name == room or name.startswith(f"{room}/")]
    assert found, f"{name} lies in no room: draw it in ROOMS"
    return found[0]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide the room they reach into"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "app" else {str(node.module)}
    return names


FILES = [path for path in _python("streamlit_app.py", "pages", "app") if path.name != "__init__.py" or path.parent != ROOT / "app"]
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())


@each_file
def test_a_room_imports_only_what_its_arrows_allow(path: Path) -> None:
    room = _room(path)
    own = room.removesuffix(".py").replace("/", ".")
    arrows, libraries = ROOMS[room]
    for name in _imports(path) - {"__future__"}:
        top = name.split(".")[0]
        if top in OURS:
            assert any(name == way or name.startswith(f"{way}.") for way in (*arrows, own)), f"{room} may not import {name}"
        elif top not in sys.stdlib_module_names:
            assert top in libraries, f"{room} may not import {name}"


def test_pages_are_three_lines() -> None:
    pages = list(_python("pages"))
    assert pages, "there are pages"
    for page in pages:
        assert page.parent.parent == ROOT / "pages", f"{page.name}: pages lie one folder down"
        assert len(page.read_text().splitlines()) <= 3, page


@pytest.mark.parametrize("folder", ["app/views", "app/charts", "pages", "streamlit_app.py", "app/cli.py"])
def test_no_sql_text_where_nobody_looks_for_it(folder: str) -> None:
    for path in _python(folder):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_docstring(node, path):
                assert not SQL_TEXT.search(node.value), f"{path.name}:{node.lineno}: {node.value[:60]!r}"


def _is_docstring(node: ast.Constant, path: Path) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [holder.body for holder in ast.walk(_tree(path)) if isinstance(holder, holders) and holder.body]
    return any(isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and body[0].value.lineno == node.lineno for body in bodies)


def _functions(*folders: str) -> list[tuple[Path, ast.FunctionDef]]:
    return [(path, node) for path in _python(*folders) for node in ast.walk(_tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_every_function_says_what_it_returns() -> None:
    silent = [f"{path.relative_to(ROOT)}:{node.lineno} {node.name}" for path, node in _functions("app", "dev.py", "streamlit_app.py") if node.returns is None]
    assert silent == []


def test_functions_are_small() -> None:
    lengths = sorted(_length(node) for _, node in _functions("app", "dev.py"))
    assert median(lengths) < 10
    assert lengths[int(len(lengths) * 0.9)] < 35


def _length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_what_others_call_says_what_it_does() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in _python("app")
        for node in ast.walk(_tree(path))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and ast.get_docstring(node) is None and _is_public(path, node)
    ]
    assert silent == []


def _is_public(path: Path, node: ast.AST) -> bool:
    """At the top of a file, or a method of a class there."""
    top = _tree(path).body
    return any(other.lineno == node.lineno for body in [top, *(item.body for item in top if isinstance(item, ast.ClassDef))] for other in body)


# --- the README --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_table_of_the_readme(name: str) -> None:
    line = next((line for line in _readme() if line.startswith(f"| `ACCORD_{name.upper()}` |")), None)
    assert line is not None, f"ACCORD_{name.upper()} has no line"
    field = Settings.model_fields[name]
    assert str(field.description) in line
    default = line.split("|")[2].strip()
    assert default == ("(none)" if field.default is None else f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`")


def test_the_readme_names_no_setting_that_is_none() -> None:
    named = set(re.findall(r"ACCORD_([A-Z_]+)", "\n".join(_readme())))
    assert named <= {name.upper() for name in Settings.model_fields} | {"CHROMIUM"}


def test_every_command_and_option_is_in_the_readme() -> None:
    text = "\n".join(_readme())
    commands = next(action for action in _parser()._actions if action.choices).choices
    for name, command in commands.items():
        line = next((line for line in text.splitlines() if re.match(rf"\| `accord {name}[ `]", line)), None)
        assert line is not None, f"accord {name} has no line"
        for action in command._actions:
            for option in action.option_strings:
                assert option.startswith("-h") or option == "--help" or option in line, f"accord {name} {option}"


def _readme() -> list[str]:
    return (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


# --- what no file may name ---------------------------------------------------------------------


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_machine_path_or_a_registry() -> None:
    found = []
    for path in _tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path == Path(__file__).resolve():
            continue
        lines = enumerate(text.splitlines(), 1)
        found += [f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}" for number, line in lines if MACHINE_PATH.search(line) or REGISTRY.search(line)]
    assert found == []


def test_locks_pin_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock", "requirements-pyspark.lock"):
        pins = [line for line in (ROOT / name).read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert pins and all("==" in pin for pin in pins)
        assert (ROOT / name).read_text().count("--hash=sha256:") >= len(pins)


# --- SQL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["sources", "marts"])
def test_portable_sql_keeps_away_from_what_engines_read_differently(folder: str) -> None:
    """Of the constructs that DuckDB and Spark read differently without a word."""
    banned = re.compile(r"\b(percentile_cont|date_diff|datediff|isodow|regexp_replace|median|quantile_cont)\s*\(|::|\blist\s*\(|\bselect \*(?! exclude)", re.I)
    for path in sorted((ROOT / "queries" / folder).rglob("*.sql")):
        lines = enumerate(re.sub(r"--[^\n]*", "", path.read_text()).splitlines(), 1)
        found = [f"{path.name}:{number}: {line.strip()}" for number, line in lines if banned.search(line)]
        assert found == []


def test_every_mart_states_its_grain() -> None:
    for path in sorted((ROOT / "queries" / "marts").glob("*.sql")):
        assert path.read_text().startswith("-- grain: one row for each "), path.name


def test_every_metric_file_is_in_the_catalogue() -> None:
    assert set(catalogue()) == {path.stem for path in (ROOT / "queries" / "metrics").glob("*.sql")}
