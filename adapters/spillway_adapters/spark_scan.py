"""The rows of a run's CSV files in Spark, for the kinds of work that read columns of one file: as
spark_csv.read() gives them, again as text where Spark's reader cannot read the numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from spillway_adapters import csv_plain, shape, spark_session
from spillway_adapters.protocol import Answer, Run
from spillway_adapters.spec import ONLY_TABLE, Spec

#: Options of a file's dialect that Spark's reader has itself.
OBEYS = ("comment",)


def one_row(spark: Any, spec: Spec) -> Any:  # noqa: ANN401 (Spark is imported late)
    """Java loads its classes when they are first used."""
    data = spec.dataset
    row = data.delimiter.join("0" for _ in data.columns)
    file = spec.scratch / "warm.csv"
    file.write_text(f"{row}\n" * (2 if data.header else 1))
    plain = dataclasses.replace(data, paths=[str(file)], encoding="utf-8", skip_rows=0)
    return _scan(
        spark, dataclasses.replace(spec, tables={ONLY_TABLE: plain}), words=False, whole=[]
    )


def answer(run: Run, spark: Any, ask: Callable[[Any], Answer]) -> Answer:  # noqa: ANN401
    """What `ask` makes of all rows, asked again if a number is a word."""
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
