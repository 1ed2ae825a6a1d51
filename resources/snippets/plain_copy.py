import csv
import os
import re
import tempfile


def number(text):
    """As every reader takes it; nothing where it is missing."""
    text = text.strip(" \t")
    if text.lower() in MISSING:
        return ""
    if DECIMAL != ".":
        text = text.replace(".", "x").replace(DECIMAL, ".")
    float(text)
    return text.removeprefix("+")


def rows_of(path):
    """The needed fields of each row, by the dialect of the file."""
    places = [COLUMNS.index(name) for name in NEEDED]
    end, quote = (re.escape(mark) for mark in (DELIMITER, QUOTE))
    field = f"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{end}]*)" if QUOTE else f"[^{end}]*"
    in_quotes = re.compile(f"(?:{field}{end}){{{places[0]}}}{quote}") if QUOTE else None
    # What windows-1252 leaves undefined are control characters, as in a browser.
    table = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256)}
    encoding = "utf-8-sig" if ENCODING == "utf-8" else "latin-1"
    row = []  # the lines of one

    def lines():
        with open(path, encoding=encoding, errors="replace", newline="\n") as file:
            for place, line in enumerate(file):
                comment = COMMENT and not row and line.startswith(COMMENT)
                if place >= SKIP_ROWS and not comment:
                    line = line.translate(table) if ENCODING == "windows-1252" else line
                    row.append(line)
                    yield line

    quoting = csv.QUOTE_MINIMAL if QUOTE else csv.QUOTE_NONE
    header = HEADER
    for fields in csv.reader(
        lines(), delimiter=DELIMITER, quotechar=QUOTE or None, quoting=quoting, strict=True
    ):
        text = "".join(row)
        row.clear()
        if not fields or header:
            header = header and not fields
            continue
        key, *numbers = (fields[place] for place in places)
        if key.strip(" \t").lower() in TEXT_MISSING and not (in_quotes and in_quotes.match(text)):
            key = ""
        yield [key, *map(number, numbers)]


def plain_copies(folder):
    """The engine's reader does not know this dialect: it reads copies of the needed columns."""
    copies = []
    for path in FILES:
        copies.append(os.path.join(folder, f"{len(copies)}.csv"))
        with open(copies[-1], "w", encoding="utf-8", newline="") as file:
            # Rows of a regression that lack something are left out.
            csv.writer(file, lineterminator="\n").writerows(
                row for row in rows_of(path) if "" not in row or not DROPS_ROWS
            )
    return copies


if __name__ == "__main__":
    scratch = tempfile.TemporaryDirectory(prefix="plain-csv-", dir=os.getcwd())
    FILES = plain_copies(scratch.name)
COLUMNS, DELIMITER, QUOTE, HEADER = NEEDED, ",", '"', False
SKIP_ROWS, DECIMAL, MISSING, TEXT_MISSING = 0, ".", [""], [""] if DROPS_ROWS else []
