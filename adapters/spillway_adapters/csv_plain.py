"""The data rows of a CSV file as plain text, whatever its dialect: UTF-8, without a byte order
mark, the lines that are skipped, the header and comments. Delimiter, quote and numbers stay.

Engines whose own reader supports an option of the dialect use that; the others read through
`Plain`, or copies that `copied` makes in the scratch directory.
"""

from __future__ import annotations

import codecs
import csv
import dataclasses
import io
import itertools
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from spillway_adapters import system_error
from spillway_adapters.protocol import Run, RunError, Unsupported
from spillway_adapters.spec import Dataset

#: Bytes read at a time.
PIECE = 1 << 20
#: Rows that are handed on together where they are read one by one.
ROWS = 4096
#: Options of readers that can skip lines only. Comments of pandas and DuckDB also end a row.
SKIPS = ("skip_rows",)
BYTE_ORDER_MARK = codecs.BOM_UTF8
#: windows-1252 as browsers have it: what it leaves undefined are the control characters.
_WINDOWS = "".join(
    bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)
)


def decoded(content: bytes, encoding: str) -> str:
    if encoding == "windows-1252":
        return codecs.charmap_decode(content, "strict", _WINDOWS)[0]
    return content.decode(encoding)


def mark_length(content: bytes) -> int:
    return len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0


def data_begin(path: str, dataset: Dataset) -> int:
    """Where the lines of the data begin: after the skipped lines and the header. 0 also behind a
    byte order mark alone."""
    with Path(path).open("rb") as file:
        mark = mark_length(file.read(len(BYTE_ORDER_MARK)))
        file.seek(mark)
        for _ in range(dataset.skip_rows):
            file.readline()
        if dataset.header:
            lines = iter(file.readline, b"")
            next((row for row in rows(path, lines, dataset) if row.fields), None)
        return file.tell() if file.tell() > mark else 0


def by_lines_before(dataset: Dataset) -> dict[int, list[str]]:
    """Files by the lines before their data, which a reader has to skip: one list as a rule."""
    found: dict[int, list[str]] = {}
    for path in dataset.paths:
        found.setdefault(len(_lines_before(path, dataset)), []).append(path)
    return found


def _lines_before(path: str, dataset: Dataset) -> list[bytes]:
    with Path(path).open("rb") as file:
        return file.read(data_begin(path, dataset)).splitlines(keepends=True)


def _header_is_a_line(dataset: Dataset) -> bool:
    """The lines before the data are as many in every file, and none is a part of a row."""
    before = [_lines_before(path, dataset) for path in dataset.paths]
    quote = dataset.quote.encode()
    odd = any(quote and line.count(quote) % 2 for lines in before for line in lines)
    return len({len(lines) for lines in before}) == 1 and not odd


class Row(NamedTuple):
    line: int  #: of its first line, from 1
    fields: list[str]  #: a character a byte; none of a blank line
    content: bytes


def rows(path: str, lines: Iterable[bytes], dataset: Dataset, before: int = 0) -> Iterator[Row]:
    """Rows by the native reader's grammar (core/data/csv_rows.h), without comments; any number of
    fields. `before`: lines of the file before these. RunError names the line of a malformed row."""
    csv.field_size_limit(sys.maxsize)
    comment = dataset.comment.encode("latin-1")
    taken: list[bytes] = []
    line = before

    def feed() -> Iterator[str]:
        nonlocal line
        for content in lines:
            line += 1
            if taken or not comment or not content.startswith(comment):
                taken.append(content)
                yield content.decode("latin-1")

    reader = csv.reader(
        feed(),
        delimiter=dataset.delimiter,
        quotechar=dataset.quote or None,
        quoting=csv.QUOTE_MINIMAL if dataset.quote else csv.QUOTE_NONE,
        strict=True,
    )
    try:
        for fields in reader:
            yield Row(line - len(taken) + 1, fields, b"".join(taken))
            taken.clear()
    except csv.Error as malformed:
        first = line - len(taken) + 1
        raise RunError("data-unreadable", f"{path}, line {first}: {malformed}.") from None


def data_rows(path: str, dataset: Dataset) -> Iterator[Row]:
    """The rows of a whole file, including blank lines, with their line numbers: slow, a million
    rows take a second or two."""
    with Path(path).open("rb") as file:
        begin = data_begin(path, dataset)
        before = file.read(begin).count(b"\n")
        if begin == 0:
            file.seek(mark_length(file.read(len(BYTE_ORDER_MARK))))
        yield from rows(path, file, dataset, before)


def quotes_are_text(dataset: Dataset) -> bool:
    """Whether there are quotes and none begins a field: some readers take a quote within a field as
    the beginning of a quoted part."""
    quote, mark = (re.escape(byte.encode("latin-1")) for byte in (dataset.quote, dataset.delimiter))
    opening = re.compile(b"(?:^|" + mark + b")" + quote)
    found = False
    for path in dataset.paths if quote else []:
        with Path(path).open("rb") as file:
            file.seek(data_begin(path, dataset))
            for line in file:
                found = found or dataset.quote.encode() in line
                if opening.search(line):
                    return False
    return found


# --- Reading -------------------------------------------------------------------------------------


class Plain:
    """An open file for readers that take one (`read`, and what pandas and Arrow ask for besides).
    `text`: the text column that is read, in which the file's own words mean a missing value."""

    def __init__(self, path: str, dataset: Dataset, text: str | None = None) -> None:
        self._file = Path(path).open("rb", buffering=0)  # noqa: SIM115 (closed by close)
        begin = data_begin(path, dataset)
        self._file.seek(begin)
        if begin == 0:
            self._file.seek(mark_length(self._file.read(len(BYTE_ORDER_MARK))))
        self._pieces = _pieces(path, self._file, dataset, text)
        self._left = memoryview(b"")
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        if size is None or size < 0:
            return bytes(self._left) + b"".join(self._pieces)
        parts, wanted = [], size
        while wanted > 0 and (self._left or self._more()):
            part = self._left[:wanted]
            self._left = self._left[wanted:]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def any(self) -> bool:
        """Whether there is something to read."""
        return bool(self._left) or self._more()

    def _more(self) -> bool:
        for piece in self._pieces:
            if piece:
                self._left = memoryview(piece)
                return True
        return False

    def __iter__(self) -> Iterator[bytes]:
        return iter(io.BytesIO(self.read()))

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self._file.close()
        self.closed = True

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def filters(dataset: Dataset, text: str | None) -> bool:
    """Whether rows are converted while reading."""
    return bool(dataset.comment or dataset.encoding != "utf-8" or _replaces(dataset, text))


def _replaces(dataset: Dataset, text: str | None) -> bool:
    return text is not None and dataset.missing is not None


def _pieces(path: str, file: IO[bytes], dataset: Dataset, text: str | None) -> Iterator[bytes]:
    read = iter(lambda: file.read(PIECE), b"")
    if not filters(dataset, text):
        return read
    whole = _whole_lines(read)
    return map(_encoder(dataset), _kept(path, whole, dataset, text))


def plain_lines(lines: bytes, dataset: Dataset, text: str) -> bytes:
    """Whole lines of a file that contain no quote."""
    return b"".join(map(_encoder(dataset), _kept("", iter([lines]), dataset, text)))


def _encoder(dataset: Dataset) -> Callable[[bytes], bytes]:
    if dataset.encoding == "utf-8":
        return lambda piece: piece
    return lambda piece: decoded(piece, dataset.encoding).encode()


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join([*begun, piece[:end]])
            begun.clear()
        begun.append(piece[end:])
    yield b"".join(begun)


def _kept(
    path: str, pieces: Iterator[bytes], dataset: Dataset, text: str | None
) -> Iterator[bytes]:
    """Without comments, missing text as the empty text: by lines until the first quote, then by
    rows."""
    quote = dataset.quote.encode("latin-1")
    comments = re.compile(rb"(?m)^" + re.escape(dataset.comment.encode("latin-1")) + rb"[^\n]*\n?")
    nothing = _Nothing(dataset, text) if text is not None and dataset.missing is not None else None
    for piece in pieces:
        kept = comments.sub(b"", piece) if dataset.comment else piece
        if quote and quote in kept:
            lines = itertools.chain.from_iterable(
                io.BytesIO(piece) for piece in itertools.chain([piece], pieces)
            )
            found = (row.content for row in rows(path, lines, dataset))
            while batch := list(itertools.islice(found, ROWS)):
                yield b"".join(map(nothing.replaced, batch) if nothing is not None else batch)
            return
        if nothing is not None and nothing.may_hold(kept):
            kept = b"".join(map(nothing.replaced, io.BytesIO(kept)))
        yield kept


class _Nothing:
    """Replaces the file's own words for missing values in its text column by the empty text, unless
    they are in quotes."""

    def __init__(self, dataset: Dataset, text: str) -> None:
        self._dataset = dataset
        self._place = dataset.names.index(text)
        words = sorted(dataset.missing_words - {""}, key=len, reverse=True)
        any_word = b"|".join(re.escape(word.encode(dataset.encoding, "replace")) for word in words)
        mark = re.escape(dataset.delimiter.encode("latin-1"))
        self._any = re.compile(
            rb"(?im)(?:^|"
            + mark
            + rb")[ \t]*(?:"
            + any_word
            + rb"|[ \t])[ \t]*(?:"
            + mark
            + rb"|\r?$)"
        )
        plain, quote = rb"[^" + mark + rb"\r\n]*", re.escape(dataset.quote.encode("latin-1"))
        field = plain
        if quote:
            field = rb"(?:" + quote + rb"(?:[^" + quote + rb"]|" + quote * 2 + rb")*" + quote
            field += rb"|" + plain + rb")"
        self._field = re.compile(
            rb"((?:"
            + field
            + mark
            + rb"){%d})(" % self._place
            + plain
            + rb")(?="
            + mark
            + rb"|\r?\n|$)"
        )

    def may_hold(self, lines: bytes) -> bool:
        return self._any.search(lines) is not None

    def replaced(self, row: bytes) -> bytes:
        found = self._field.match(row)
        if found is None:
            return row
        text = decoded(found[2], self._dataset.encoding)
        if not text or not self._dataset.is_missing(text):
            return row
        return found[1] + row[found.end(2) :]


# --- Copies --------------------------------------------------------------------------------------


def beyond(dataset: Dataset, able: Iterable[str], text: str) -> list[str]:
    """Options at other values than their defaults which are not among `able`; an engine that cannot
    read them has to read a copy. "header": one whose lines are not as many in every file, or hold
    a quote alone, which some readers take for a field over several lines when they skip it."""
    used = {
        "comment": dataset.comment != "",
        "skip_rows": dataset.skip_rows != 0,
        "encoding": dataset.encoding != "utf-8",
        "missing": _replaces(dataset, text),
    }
    options = [option for option, is_used in used.items() if is_used and option not in able]
    if not options and "header" not in able and not _header_is_a_line(dataset):
        options.append("header")
    return options


def copied(run: Run, able: Iterable[str]) -> Dataset:
    """The run's dataset for an engine that supports the options `able`; if that is not enough its
    files are plain copies in the scratch directory, whose making is part of the work."""
    spec = run.spec
    text = spec.workload.columns[0]
    options = beyond(spec.dataset, able, text)
    if not options:
        return spec.dataset
    run.log(f"The engine's reader has no option for {', '.join(options)}: it reads plain copies.")
    directory = spec.scratch / "plain"
    directory.mkdir(mode=0o700)
    copies = [directory / f"{place}.csv" for place in range(len(spec.dataset.paths))]
    with run.phase("convert"):
        for path, to in zip(spec.dataset.paths, copies, strict=True):
            copy(path, spec.dataset, text, to)
    return dataclasses.replace(
        spec.dataset,
        paths=[str(path) for path in copies],
        header=False,
        bytes=sum(path.stat().st_size for path in copies),
        comment="",
        skip_rows=0,
        encoding="utf-8",
    )


def check(run: Run, able: Iterable[str]) -> None:
    """A cluster cannot reach a copy in this machine's scratch directory."""
    spec = run.spec
    if spec.address is None or spec.dataset.format != "csv":
        return
    if options := beyond(spec.dataset, able, spec.workload.columns[0]):
        raise Unsupported(
            f"On a cluster this profile cannot read a file with {', '.join(options)} of its own."
        )


def copy(path: str, dataset: Dataset, text: str, to: Path) -> None:
    with Plain(path, dataset, text) as source, to.open("wb", buffering=0) as sink:
        while piece := source.read(PIECE):
            try:
                sink.write(piece)
            except OSError as failure:
                message = f"{to}: {failure.strerror}."
                code, remedy = system_error.code_of(failure), system_error.remedy_of(failure)
                raise RunError(code or "io", message, remedy) from failure
