"""Every list in docs/ against the list that the code has: nothing is left out, nothing invented."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
#: Commands by the words that call them.
COMMANDS = (
    "",
    "generate",
    "engines",
    "engines list",
    "engines install",
    "engines remove",
    "engines trust",
    "run",
    "job check",
    "job code",
    "article",
    "compare",
    "exclude",
    "export",
    "try",
    "doctor",
)
#: How the code gives a run or a cell a flag.
FLAGGED = re.compile(
    r'\bflags\.emplace_back\([^;]*\? "([a-z-]+)" : "([a-z-]+)"\)'
    r'|(?:\bflag|\bflags\.emplace_back|addFlag)\([^;]*?"([a-z-]+)"'
    r'|stamped\([^;]*?"([a-z-]+)"'
    r'|std::nullopt, \{"([a-z-]+)"\}'
)


def text_of(path: str) -> str:
    return (ROOT / path).read_text()


def page(name: str) -> str:
    return text_of(f"docs/{name}.md")


def section(name: str, title: str) -> str:
    """The part of a page below this heading."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page(name), re.DOTALL | re.M)
    assert found, f"{name}: {title}"
    return found[1]


def in_code(text: str) -> set[str]:
    """What stands between backticks."""
    return set(re.findall(r"`([^`]+)`", text))


def first_cells(text: str) -> list[str]:
    """The first cell of each row of tables, but their heads."""
    rows = [re.split(r"(?<!\\)\|", row) for row in text.splitlines() if row.startswith("|")]
    cells = [row[1].strip() for row in rows]
    after = [*cells[1:], ""]
    return [
        cell
        for cell, below in zip(cells, after, strict=True)
        if not is_rule(cell) and not is_rule(below)
    ]


def is_rule(cell: str) -> bool:
    return cell != "" and set(cell) == {"-"}


def braced(path: str, begin: str) -> str:
    """The initialiser that follows `begin` in a source."""
    source = text_of(path)
    assert begin in source, f"{path}: {begin}"
    rest = source.split(begin, 1)[1]
    return rest[: rest.index("};")]


def quoted(text: str) -> list[str]:
    return re.findall(r'"([^"\\]+)"', text)


def spillway(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    home = {name: str(cwd) for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    return subprocess.run(
        [os.environ["SPILLWAY"], *arguments],
        env={**os.environ, **(home if cwd else {})},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )


def options_of(command: str) -> set[str]:
    """As --help lists them."""
    shown = spillway(*command.split(), "--help").stdout.split("\nExample")[0]
    lines = re.findall(r"^ +(-[^ ]+)", shown, re.M)
    return {option for line in lines for option in line.split(",")}


def only_in(these: Iterable[str], those: Iterable[str]) -> list[str]:
    return sorted(set(these) - set(those))


def assert_same(documented: Iterable[str], known: Iterable[str]) -> None:
    documented, known = list(documented), list(known)
    assert known
    assert (only_in(known, documented), only_in(documented, known)) == ([], [])


# --- Command line --------------------------------------------------------------------------------


def documented_options(part: str) -> set[str]:
    return {word for word in in_code(part) if re.fullmatch(r"-[a-z]|--[a-z-]+", word)}


def test_options_are_those_that_help_lists() -> None:
    listed = section("command-line", "Options")
    generate, rest = listed.split("Of `convert`,")
    convert, rest = rest.split("Of `run`;")
    run, others = rest.split("Of `compare`:")
    always = {"-h", "--help"}
    dialect = {
        word.split()[0] for word in first_cells_in_code(section("workloads", "Your own CSV"))
    }
    assert_same(documented_options(generate), options_of("generate") - always)
    assert_same(documented_options(convert) | dialect, options_of("convert") - always)
    assert_same(documented_options(run) | dialect, options_of("run") - always)
    compare, export = others.split("Of `export`:")
    export, exclude = export.split("Of `exclude`:")
    exclude, first = exclude.split("Of `try`:")
    first, environments = first.split("Of `engines install`")
    environments, jobs = environments.split("Of `job check`")
    jobs, json_only = jobs.split("Of `article`:")
    assert_same(
        documented_options(jobs), (options_of("job check") | options_of("job code")) - always
    )
    assert_same(documented_options(first), options_of("try") - always)
    assert_same(documented_options(compare), options_of("compare") - always)
    assert_same(documented_options(export), options_of("export") - always)
    assert {"--json", "--version", *always} == documented_options(json_only)
    assert_same(documented_options(exclude), options_of("exclude") - always)
    for command in ("article", "engines", "engines list", "doctor"):
        assert_same({"--json"}, options_of(command) - always)
    for command in ("engines install", "engines remove"):
        assert_same(documented_options(environments), options_of(command) - always)
    assert options_of("engines trust") == always
    assert options_of("") == {"--version", *always}


def first_cells_in_code(part: str) -> set[str]:
    return {word for cell in first_cells(part) for word in in_code(cell)}


def test_no_page_names_an_option_that_is_not_there() -> None:
    known = set().union(*(options_of(command) for command in COMMANDS))
    foreign = {"--only", "--repeats"}  # of bench.py
    foreign |= {"--build", "--install", "--prefix", "--strip", "--target"}  # of cmake
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for file in pages:
        words = {word for code in in_code(file.read_text()) for word in code.split()}
        named = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
        assert not only_in((re.sub(r"[^a-z-].*", "", name) for name in named), known | foreign), (
            file
        )


def test_exit_codes() -> None:
    codes = re.findall(r"= (\d+)", braced("app/terminal.h", "enum ExitCode : int {"))
    table = page("command-line").split("| exit code |")[1].split("\n\n")[0]
    assert_same(first_cells(table), codes)


def test_the_line_of_a_run(tmp_path: Path) -> None:
    one_line = section("command-line", "One line of `run --json`")
    sample = json.loads(re.search(r"```json\n(.*?)```", one_line, re.DOTALL)[1])
    spillway("generate", "a.csv", "--rows", "1000", cwd=tmp_path)
    once = ["--engine", "chunked", "--workload", "etl", "--workers", "1", "-r", "1", "-w", "0"]
    session = ["--data", "a.csv", "--session", "s.spillway", "--json"]
    line = json.loads(spillway("run", *once, *session, cwd=tmp_path).stdout)
    assert_same(sample, line)
    compared = json.loads(spillway("compare", "s.spillway", "--json", cwd=tmp_path).stdout)
    told = in_code(section("command-line", "One line of `compare --json`"))
    assert not only_in(set(compared) | set(compared["recommendation"]) - {"sentence"}, told)


def test_statuses() -> None:
    names = quoted(braced("core/protocol/run_record.cpp", "statusNames{"))
    said = re.search(r"`status` is one of ([^;]+);", page("command-line"))
    assert_same(said[1].split(", "), names)


def test_presets_and_formats() -> None:
    files = [*ROOT.glob("core/workloads/*/presets/*.json"), *ROOT.glob("resources/presets/*.json")]
    presets = [file.stem for file in files]
    said = re.findall(r"--preset ([a-z0-9\\|-]+)", page("command-line"))
    assert_same({name for names in said for name in names.split("\\|")}, presets)
    formats = quoted(braced("charts/session_export.cpp", "std::vector<std::string> formats{"))
    assert_same(re.search(r"--format ([a-z,]+)", page("command-line"))[1].split(","), formats)


# --- Protocol ------------------------------------------------------------------------------------


def test_failure_classes() -> None:
    names = quoted(braced("core/base/error.cpp", "ErrorCode, std::string_view>, 16> codeNames{"))
    documented = first_cells_in_code(section("protocol", "Failure classes"))
    assert_same(documented, names)
    # Those of the adapters are among them.
    for adapter in (ROOT / "adapters/spillway_adapters").rglob("*.py"):
        used = re.findall(r'RunError\(\s*"([a-z-]+)"', adapter.read_text())
        assert not only_in(used, names), adapter


def test_events() -> None:
    documented = {row.split("|")[1].strip().strip("`"): row for row in event_rows()}
    assert_same(documented, re.findall(r'\{"([a-z]+)", (?:read|\[)', event_source()))
    for name, body in re.findall(r"void write\(Json& json, const (\w+)Event& event\)\n\{(.*?)\n\}",
                                 event_source(), re.DOTALL):  # fmt: skip
        fields = re.findall(r'json\["(\w+)"\]', body) + re.findall(r'setIf\(json, "(\w+)"', body)
        row = documented[name.lower()]
        assert not [field for field in fields if f"`{field}`" not in row], name
    objects = quoted(braced("core/protocol/event.cpp", "constexpr ObjectField objectFields[] = {"))
    assert not [field for field in objects if f"`{field}`" not in documented["counters"]]


def event_source() -> str:
    return text_of("core/protocol/event.cpp")


def event_rows() -> list[str]:
    rows = [row for row in section("protocol", "Events").splitlines() if row.startswith("| `")]
    assert rows
    return rows


@pytest.mark.parametrize(
    ("source", "begin"),
    [
        ("core/protocol/run_spec.cpp", 'Json json{{"protocol", version}'),
        ("core/protocol/dataset_json.cpp", 'Json json{{"name", dataset.name}'),
        ("core/protocol/dataset_json.cpp", 'Json input{{"paths", std::move(paths)}'),
        ("core/protocol/dataset_json.cpp", 'Json json{{"delimiter", charText(format.delimiter)}'),
    ],
)
def test_specification(source: str, begin: str) -> None:
    told = in_code(section("protocol", "Specification"))
    first = quoted(begin)
    written = re.findall(r'\{"(\w+)",', braced(source, begin))
    assert not only_in([*first, *written], told)


def test_optional_fields_of_a_schema() -> None:
    names = quoted(braced("core/host/engine_manifest_json.cpp", "5> dialectNames{"))
    table = section("protocol", "Specification")
    assert_same(first_cells_in_code(table), names)
    assert_same(json.loads(re.search(r'"dialect": (\[.*?\])', page("adding-an-engine"))[1]), names)


def test_manifest() -> None:
    """Fields of a manifest, as the program writes all of them."""
    source = braced(
        "core/host/engine_manifest_json.cpp", "Json toJson(const EngineManifest& manifest)\n{"
    )
    source += (
        text_of("core/host/engine_manifest_json.cpp")
        .split("for (const auto* list : {", 1)[1]
        .split(")")[0]
    )
    writer = text_of("core/host/engine_manifest_json.cpp")
    source += "".join(re.findall(r'json(\["\w+"\]) =', writer))
    known = {word for word in quoted(source) if re.fullmatch(r"[a-z_]+", word)}
    table = re.search(r"\| field \| \|\n(.*?)\n\n", page("adding-an-engine"), re.DOTALL)
    assert_same(first_cells_in_code(table[1]), known - {"choices", "minimum", "maximum", "help"})


# --- Measuring and engines -----------------------------------------------------------------------


def test_flags() -> None:
    listed = quoted(braced("core/protocol/run_flags.h", "runFlags{{"))
    pages = page("measurement")
    assert not [flag for flag in listed if not re.search(rf"(?<![a-z-]){flag}(?![a-z-])", pages)]
    words = re.findall(r'\{"([a-z-]+)",\s+QT_', text_of("ui/compare/run_facts.cpp"))
    assert_same(words, listed)
    used: set[str] = set()
    for room in ("host", "experiment", "analysis", "workloads"):
        for file in (ROOT / "core" / room).rglob("*.cpp"):
            source = re.sub(r"//.*", "", file.read_text())
            used |= {flag for found in FLAGGED.findall(source) for flag in found if flag}
    assert_same(listed, used)


def test_variables_that_do_not_reach_engines() -> None:
    part = section("engines", "Variables")
    held = quoted(braced("core/host/engine_environment.cpp", "26> heldBack{"))
    handed = quoted(braced("core/host/engine_environment.cpp", "4> handedOn{"))
    assert_same(in_code(part), {*held, *handed})


def test_every_engine_has_a_section() -> None:
    titles = re.findall(r"^## (.*)$", page("engines"), re.M)
    for file in (ROOT / "resources/engines").glob("*.json"):
        manifest: dict[str, Any] = json.loads(file.read_text())
        assert re.sub(r" \(.*", "", manifest["title"]) in titles, manifest["title"]
    for file in (ROOT / "core/workloads").glob("*/engines/*.json"):
        for profile in json.loads(file.read_text())["profiles"]:
            name = profile["id"]
            assert name == "default" or f"`{name}`" in page("engines"), name


def test_words_for_missing_values() -> None:
    words = quoted(braced("core/data/csv_number.cpp", "15> standardWords{"))
    said = re.search(r"are empty or one of (.*?), in any letter case", page("workloads"))
    assert_same((word.lower() for word in said[1].split(", ")), (word.lower() for word in words))


def test_parameters_and_their_defaults() -> None:
    table = section("workloads", "Logistic regression (`logreg`)").splitlines()
    rows = [row.split("|")[1:-1] for row in table if row.startswith("|")][2:]
    documented = {row[0].strip(): row[3].strip() for row in rows}
    usual = text_of("core/workloads/logreg/logreg.h")
    found = re.findall(r"^    (?:int|double|bool) (\w+) = ([^;]+);", usual, re.M)
    defaults = {re.sub(r"([A-Z])", r"-\1", name).lower(): value for name, value in found}
    solver = quoted(braced("core/workloads/logreg/type.cpp", "3> solverNames{"))[0]
    group_by = text_of("core/workloads/etl/type.cpp").split(".parameters =", 1)[1]
    words = re.findall(r'\.name = "(\w+)",.*?\.fallback = "(\w+)"', group_by, re.DOTALL)
    assert documented == {**dict(words), "solver": solver, **defaults}


def test_rooms() -> None:
    named = first_cells_in_code(page("architecture"))
    folders = {folder.name for folder in ROOT.iterdir() if folder.is_dir()}
    hidden = {name for name in folders if name.startswith(".")}
    assert_same(
        {name.split("/")[0] for name in named},
        folders - hidden - {"build", "cmake"},
    )
    core = {name.removeprefix("core/") for name in named if name.startswith("core/")}
    assert_same(core, (folder.name for folder in (ROOT / "core").iterdir()))
