"""What is wrong with a file, by the rules and in the wording of the native reader.

An engine that could not read a file names the row in its own way, or not at all, and some engines
refuse files that are well formed. So the file is read once more, slowly, when a run has failed.
"""

from __future__ import annotations

from spillway_adapters import shape, system_error
from spillway_adapters.csv_number import Numbers
from spillway_adapters.csv_plain import Row, data_rows, decoded
from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Dataset, Spec

#: Bytes of a dataset that are read for a better message: a minute or so.
LARGEST = 2 << 30


def explain(spec: Spec, said: str) -> tuple[str, str]:
    """Code and message for a run whose engine `said` that it cannot read the data."""
    tables = spec.tables.values()
    if sum(t.bytes for t in tables) > LARGEST or any(t.format != "csv" for t in tables):
        return "data-unreadable", said
    #: A kind that reads several tables has no list of the columns of one.
    columns = getattr(spec.workload, "columns", None)
    paths = [path for table in spec.tables.values() for path in table.paths]
    try:
        for table in spec.tables.values():
            if columns is None:
                _read(table, *_by_type(table))
            else:
                _read(table, columns[:1], columns[1:])
    except RunError as fault:
        return fault.code, str(fault)
    except OSError as failure:
        return system_error.code_of(failure, paths) or "data-unreadable", said
    if columns is None:  # What is no date, or no truth value, is not looked for here.
        return "data-unreadable", said
    return "unsupported", f"The engine cannot read this file, which is well formed: {said}"


def _by_type(table: Dataset) -> tuple[list[str], list[str]]:
    texts = [column.name for column in table.columns if column.type == "text"]
    return texts, [column.name for column in table.columns if column.type != "text"]


def _read(dataset: Dataset, texts: list[str], columns: list[str]) -> None:
    """Raises the first fault of the files, in rows or in these columns of text and of numbers."""
    number = Numbers(dataset)
    text_places = [dataset.names.index(column) for column in texts]
    numbers = [dataset.names.index(column) for column in columns]
    for path in dataset.paths:
        for row in data_rows(path, dataset):
            shape.check_row(path, row, dataset)
            if row.fields:
                for place in text_places:
                    _check_text(path, row, dataset, place)
                for place in numbers:
                    _check_number(path, row, dataset, place, number)


def _check_text(path: str, row: Row, dataset: Dataset, place: int) -> None:
    try:
        decoded(row.fields[place].encode("latin-1"), dataset.encoding)
    except UnicodeDecodeError:
        raise _fault(path, row, dataset, place, f"is no text in {dataset.encoding}") from None


def _check_number(path: str, row: Row, dataset: Dataset, place: int, number: Numbers) -> None:
    try:
        number(row.fields[place])
    except ValueError:
        raise _fault(path, row, dataset, place, "is no number") from None


def _fault(path: str, row: Row, dataset: Dataset, place: int, what: str) -> RunError:
    value = row.fields[place][:40]
    return RunError(
        "data-unreadable",
        f"{path}, line {row.line}, column {dataset.names[place]!r}: {value!r} {what}.",
    )
