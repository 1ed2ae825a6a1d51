"""The commands in docs/manual, as a reader types them: in a shell, one page after the other.

Engines that have to be set up first are replaced by one that needs nothing but Python: the example
that the manual itself sends its readers to.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from test_lists import options_of

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs/manual"
EXAMPLES = ROOT / "docs/examples"


def blocks(page: str) -> list[str]:
    """What stands between fences."""
    return re.findall(r"^```\n(.*?)^```$", (MANUAL / f"{page}.md").read_text(), re.DOTALL | re.M)


def commands(page: str) -> list[str]:
    return [line for block in blocks(page) for line in block.splitlines() if "spillway " in line]


def command_with(page: str, words: str) -> str:
    found = [line for line in commands(page) if words in line]
    assert len(found) == 1, (words, found)
    return found[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's: with data, a script that is trusted, and a session of both engines."""
    place = tmp_path_factory.mktemp("reader")
    (place / "bin").mkdir()
    (place / "bin/spillway").symlink_to(os.environ["SPILLWAY"])
    shell(place, "spillway generate data.csv --rows 1000 --signal 4")
    shell(place, f"spillway engines trust {EXAMPLES / 'group_means.py'}")
    # pandas is not needed: the reader's job here is the same function on Python alone.
    (place / "my_job.py").write_text((EXAMPLES / "group_means.py").read_text())
    measured = command_with("ci", "--session ci.spillway").replace("polars,duckdb", "group-means")
    shell(place, measured)
    return place


def shell(place: Path, line: str) -> str:
    home = {f"XDG_{name}_HOME": str(place / name) for name in ("DATA", "STATE", "CACHE", "CONFIG")}
    path = f"{place / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=place,
        env={**os.environ, **home, "HOME": str(place), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
    return done.stdout


def test_every_command_has_only_options_that_there_are() -> None:
    checked = 0
    for file in MANUAL.glob("*.md"):
        for line in commands(file.stem):
            for call in re.findall(r"(?:^|\$PATH |\| )spillway ([^|>]*)", line):
                words = call.split()
                nested = words[0] in ("engines", "job") and len(words) > 1
                first = 2 if nested else 1
                known = options_of(" ".join(words[:first]))
                named = {word for word in words if re.match(r"--?[a-z]", word)}
                assert named <= known, (file.name, line)
                checked += 1
    assert checked > 25


def test_a_script_has_the_name_that_the_manual_says(folder: Path) -> None:
    shell(folder, commands("own-engine")[0])
    shell(folder, command_with("own-engine", "my-job,chunked") + " -r 1 -w 0")
    trust = command_with("own-engine", "/examples/")
    shell(folder, trust.replace("/usr/share/doc/spillway/examples", str(EXAMPLES)))
    shell(folder, command_with("own-engine", "--engine group-means"))


def test_lines_for_ci_read_what_is_printed(folder: Path) -> None:
    shell(folder, command_with("ci", "--engine chunked"))
    lines = [line for block in blocks("ci") for line in block.splitlines()]
    figures = next(line for line in lines if line.startswith("python3 "))
    assert len(shell(folder, figures).splitlines()) == 6
    shell(folder, command_with("ci", "spillway compare ci.spillway --json |"))


def test_a_plan_is_printed_and_run_as_a_file(folder: Path) -> None:
    shell(folder, command_with("plan", "--dry-run --json").replace("polars,duckdb", "chunked"))
    assert "7 runs" in shell(folder, command_with("plan", "run plan.json"))


def test_the_table_for_latex_is_where_the_manual_says(folder: Path) -> None:
    (folder / "study.spillway").write_bytes((folder / "ci.spillway").read_bytes())
    shell(folder, command_with("paper", "export study.spillway"))
    included = re.search(r"\\input\{(.*?)\}", (MANUAL / "paper.md").read_text())
    assert included and (folder / included[1]).is_file()


def test_a_session_is_gone_on_with_and_compared(folder: Path) -> None:
    for name in ("study", "before", "after"):
        (folder / f"{name}.spillway").write_bytes((folder / "ci.spillway").read_bytes())
    shell(folder, command_with("sessions", "--continue"))
    shell(folder, command_with("sessions", "compare before.spillway"))
