"""`changelog.py CHANGELOG.md changelog.gz CONTACT`: the same in Debian's form.

The package is a native one: it is made from its own sources and has no revision of Debian's, so
this is the only changelog in it."""

import datetime
import gzip
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

HEADING = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})\n", re.MULTILINE)


def plain(text: str) -> str:
    """Markdown without its marks."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text).replace("`", "")


def entries(text: str, contact: str) -> Iterator[str]:
    parts = HEADING.split(text)[1:]
    for version, date, changes in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        bullets = (
            textwrap.fill(plain(change), 79, initial_indent="  * ", subsequent_indent="    ")
            for change in re.findall(r"^- (.+)$", changes, re.MULTILINE)
        )
        midnight = datetime.datetime.fromisoformat(date)
        yield (
            f"spillway ({version}) unstable; urgency=medium\n\n"
            + "\n".join(bullets)
            + f"\n\n -- {contact}  {midnight:%a, %d %b %Y %H:%M:%S} +0000\n"
        )


def main(source: str, target: str, contact: str) -> None:
    text = "\n".join(entries(Path(source).read_text(encoding="utf-8"), contact))
    file = Path(target)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    file.chmod(0o644)


main(*sys.argv[1:])
