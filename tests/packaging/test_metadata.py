"""What desktops and software centres read, checked by their own tools where these are installed."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as Xml
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import BUILD, DESKTOP_ID, SOURCE, VERSION

SESSION = "application/vnd.spillway.session+sqlite3"
PACKAGES = {
    "desktop-file-validate": "desktop-file-utils",
    "update-desktop-database": "desktop-file-utils",
    "appstreamcli": "appstream",
    "update-mime-database": "shared-mime-info",
    "gio": "libglib2.0-bin",
}


def run(command: Sequence[str | Path], **environment: str) -> str:
    """Its output; the test is skipped where the tool is not installed."""
    tool = str(command[0])
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed (Debian: apt install {PACKAGES[tool]})")
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def released() -> list[tuple[str, str]]:
    """Version and date of each release, as CHANGELOG.md has them."""
    text = (SOURCE / "CHANGELOG.md").read_text()
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)


def test_desktop_entry_is_valid(prefix: Path) -> None:
    entry = prefix / f"share/applications/{DESKTOP_ID}.desktop"
    assert run(["desktop-file-validate", entry]) == ""
    assert f"Icon={DESKTOP_ID}\n" in entry.read_text()


def test_metainfo_is_valid(prefix: Path) -> None:
    metainfo = prefix / f"share/metainfo/{DESKTOP_ID}.metainfo.xml"
    assert "Validation was successful" in run(
        ["appstreamcli", "validate", "--no-net", "--pedantic", metainfo]
    )


def test_metainfo_with_a_web_site_is_valid(place: Path) -> None:
    """A packager's; pictures are on it. Configured alone: nothing is compiled."""
    (place / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\n"
        "project(Metainfo LANGUAGES NONE)\n"
        f"set(SPILLWAY_DESKTOP_ID {DESKTOP_ID})\n"
        "set(SPILLWAY_WEBSITE https://example.org/spillway)\n"
        "set(desktop ${CMAKE_BINARY_DIR})\n"
        f"include({SOURCE}/cmake/Metainfo.cmake)\n"
    )
    run([os.environ["CMAKE"], "-S", place, "-B", place / "with-site"])
    metainfo = place / f"with-site/{DESKTOP_ID}.metainfo.xml"
    assert "Validation was successful" in run(
        ["appstreamcli", "validate", "--no-net", "--pedantic", metainfo]
    )
    for image in Xml.parse(metainfo).iter("image"):
        path = str(image.text).strip().removeprefix("https://example.org/spillway/")
        assert (SOURCE / path).is_file(), path


def test_releases_are_those_of_the_changelog(prefix: Path) -> None:
    metainfo = Xml.parse(prefix / f"share/metainfo/{DESKTOP_ID}.metainfo.xml")
    releases = [(r.get("version"), r.get("date")) for r in metainfo.iter("release")]
    assert releases == released()
    assert released()[0][0] == VERSION


@pytest.mark.parametrize("side", [16, 22, 24, 32, 48, 64, 128, 256, 512])
def test_icons_have_their_size(prefix: Path, side: int) -> None:
    icon = prefix / f"share/icons/hicolor/{side}x{side}/apps/{DESKTOP_ID}.png"
    header = icon.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(header[at : at + 4], "big") for at in (16, 20)] == [side, side]


def test_scalable_icon_is_the_drawing(prefix: Path) -> None:
    icon = prefix / f"share/icons/hicolor/scalable/apps/{DESKTOP_ID}.svg"
    assert icon.read_bytes() == (SOURCE / "resources/icons/spillway.svg").read_bytes()


@pytest.fixture(scope="module")
def home(place: Path, prefix: Path) -> dict[str, str]:
    """The environment of a user who has the installed files as his own."""
    data = place / "home"
    shutil.copytree(prefix / "share/applications", data / "applications")
    shutil.copytree(prefix / "share/mime", data / "mime")
    run(["update-mime-database", data / "mime"])
    run(["update-desktop-database", data / "applications"])
    return {
        "XDG_DATA_HOME": str(data),
        "XDG_CONFIG_HOME": str(data / "config"),
        "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}",
    }


def type_of(file: Path, home: dict[str, str]) -> str:
    answer = run(["gio", "info", "-a", "standard::content-type", file], **home)
    return re.findall(r"standard::content-type: (\S+)", answer)[0]


def test_a_session_is_known_by_content_and_by_name(place: Path, home: dict[str, str]) -> None:
    data = place / "data.csv"
    session = place / "session.spillway"
    program = BUILD / "bin/spillway"
    own = {"XDG_CACHE_HOME": str(place / "cache")}
    run([program, "generate", data, "--rows", "1000"])
    arguments = ["--workload", "etl", "--engine", "chunked", "--workers", "1", "-r", "1", "-w", "0"]
    run([program, "run", "--data", data, *arguments, "--session", session], **own)
    assert type_of(session, home) == SESSION
    assert type_of(session.rename(place / "renamed.bin"), home) == SESSION
    (place / "named.spillway").write_bytes(bytes(range(256)))
    assert type_of(place / "named.spillway", home) == SESSION
    with sqlite3.connect(place / "other.db") as other:
        other.execute("CREATE TABLE t (a)")
    assert type_of(place / "other.db", home) == "application/vnd.sqlite3"


@pytest.mark.parametrize("kind", [SESSION, "text/csv"])
def test_the_program_is_offered_for(home: dict[str, str], kind: str) -> None:
    assert f"{DESKTOP_ID}.desktop" in run(["gio", "mime", kind], **home)
