"""The rows of a run's files in Spark, for the kinds of work that read columns of one table: as
spark_csv.read() gives them, again as text where Spark's reader cannot read the numbers, or as
spark_parquet.read() does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from spillway_adapters import csv_plain, shape, spark_session
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import ONLY_TABLE, Spec

#: Of a session that reads Parquet files.
PARQUET_SETTINGS = {
    # Two columns may differ in the letter case only.
    "spark.sql.caseSensitive": "true",
    # Names of folders are text first, as in a file.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Spark refuses a file that has timestamps in nanoseconds otherwise.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
}
#: Options of a file's dialect that Spark's reader has itself.
OBEYS = ("comment",)


def settings(spec: Spec) -> dict[str, str]:
    """Of Spark's own, before it starts."""
    return PARQUET_SETTINGS if spec.dataset.format == "parquet" else {}


def one_row(spark: Any, spec: Spec) -> Any:  # noqa: ANN401 (Spark is imported late)
    """Java loads its classes when they are first used."""
    data = spec.dataset
    if data.format == "parquet":
        from spillway_adapters import spark_parquet

        return spark_parquet.one_row(spark, spec)
    row = data.delimiter.join("0" for _ in data.columns)
    file = spec.scratch / "warm.csv"
    file.write_text(f"{row}\n" * (2 if data.header else 1))
    plain = dataclasses.replace(data, paths=[str(file)], encoding="utf-8", skip_rows=0)
    return _scan(
        spark, dataclasses.replace(spec, tables={ONLY_TABLE: plain}), words=False, whole=[]
    )


def answer(
    run: Run,
    spark: Any,  # noqa: ANN401
    ask: Callable[[Any], Answer],
    *,
    as_text: bool = False,
) -> Answer:
    """What `ask` makes of all rows, asked again if a number is a word. Keys of Parquet have the
    file's own type if not `as_text`."""
    if run.spec.dataset.format == "parquet":
        from spillway_adapters import spark_parquet

        text, *numbers = run.spec.workload.columns
        return ask(spark_parquet.read(spark, run.spec, text, numbers, as_text=as_text))
    data = csv_plain.copied(run, OBEYS)
    spec = dataclasses.replace(run.spec, tables={ONLY_TABLE: data})
    whole = shape.with_quotes(spec.dataset)
    for path in whole:
        run.log(f"{path} has quotes, which may hold line breaks: one task reads it whole.")

    def work(words: bool) -> Answer:
        return ask(_scan(spark, spec, words=words, whole=whole))

    try:
        return work(words=False)
    except spark_session.failures() as failure:
        if not spark_session.unreadable(spark_session.said(failure)):
            raise
        run.log("A numeric column may have words; reading its numbers as text, then as numbers.")
        spark.catalog.clearCache()
        return work(words=True)


def _scan(spark: Any, spec: Spec, *, words: bool, whole: list[str]) -> Any:  # noqa: ANN401
    from spillway_adapters import spark_csv

    text, *numbers = spec.workload.columns
    return spark_csv.read(spark, spec, text, numbers, words=words, whole=whole)
