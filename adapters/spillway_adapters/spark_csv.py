"""CSV files as Spark DataFrames: one text column and numbers, by position, nothing inferred."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

from spillway_adapters.csv_number import NUMBER
from spillway_adapters.spec import Dataset, Spec


def read(
    spark: SparkSession, spec: Spec, text: str, numbers: list[str], *, words: bool, whole: list[str]
) -> DataFrame:
    """Columns `key` (raw text) and v0, v1, … (null where missing). The reader takes an empty field
    as null and refuses other words, unless `words`: then numbers are read as text and cast. One
    task reads a file in `whole`, whose line breaks may be quoted."""
    key, *places = (f"c{place}" for place in spec.dataset.places([text, *numbers]))
    words = words or spec.dataset.decimal != "."
    as_text = {*places, key} if words else {key}
    rows = _rows(spark, spec, as_text, whole)
    # The reader's null for text is the empty word; a key has no missing values.
    columns = [F.coalesce(rows[key], F.lit("")).alias("key")]
    values = [_number(rows[place], spec.dataset, place in as_text) for place in places]
    return rows.select(*columns, *(value.alias(f"v{j}") for j, value in enumerate(values)))


def _number(column: Any, data: Dataset, as_text: bool) -> Any:  # noqa: ANN401 (Column)
    if as_text:
        text = F.lower(F.trim(column, F.lit(" \t")))
        missing = F.coalesce(text, F.lit("")).isin(sorted(data.missing_words))
        if data.decimal != ".":
            text = F.translate(text, f".{data.decimal}", "x.")
        # Only what the native reader takes; a word that is none fails the cast, and is named.
        number = F.when(text.rlike(f"^(?:{NUMBER})$"), text).otherwise(
            F.concat(F.lit("not a number: "), text)
        )
        column = F.when(~missing, number).cast("double")
    return F.when(~F.isnan(column), column)


def _rows(spark: SparkSession, spec: Spec, as_text: set[str], whole: list[str]) -> DataFrame:
    """All columns, c0, c1, … in file order; Spark's reader parses those that are used."""
    data = spec.dataset
    links = _links(data, spec.scratch)
    parts = []
    for multi_line in (False, True):
        files = [link for link, path in links.items() if (path in whole) == multi_line]
        if files:
            reader = spark.read.options(**_options(data), multiLine=multi_line)
            parts.append(reader.schema(_schema(data, as_text)).csv(files))
    return parts[0] if len(parts) == 1 else parts[0].unionAll(parts[1])


def _options(data: Dataset) -> dict[str, Any]:
    return {
        "header": data.header,
        "sep": data.delimiter,
        "quote": data.quote,
        # Two quotes are one; a backslash is a character.
        "escape": data.quote,
        "mode": "FAILFAST",
        "enforceSchema": True,
        "nullValue": "",
        **({"comment": data.comment} if data.comment else {}),
    }


def _schema(data: Dataset, as_text: set[str]) -> StructType:
    names = [f"c{place}" for place in range(len(data.names))]
    types = [StringType() if name in as_text else DoubleType() for name in names]
    return StructType([StructField(name, kind) for name, kind in zip(names, types, strict=True)])


def _links(data: Dataset, scratch: Path) -> dict[str, str]:
    """Names for the files that mean nothing to Spark, which takes `*` for a pattern, `_` at the
    beginning for a hidden file and `.gz` at the end for a compressed one."""
    directory = Path(tempfile.mkdtemp(prefix="files-", dir=scratch))
    links = {}
    for place, path in enumerate(data.paths):
        Path(path).stat()  # Says what is missing by its own name.
        link = directory / f"{place}.csv"
        link.symlink_to(path)
        links[str(link)] = path
    return links
