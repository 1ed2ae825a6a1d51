"""Parquet files as Spark DataFrames: a column of keys and numbers."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from spillway_adapters import parquet_text, plain_links
from spillway_adapters.spec import Spec

TYPES = {"text": "string", "integer": "bigint", "boolean": "boolean", "date": "date"}


def read(
    spark: SparkSession, spec: Spec, text: str, numbers: list[str], *, as_text: bool
) -> DataFrame:
    """Columns `key` (in the file's own type, or `as_text`; a missing text is the empty one) and v0,
    v1, … (null where missing)."""
    data = spec.dataset
    root, links = plain_links.made(data, spec.scratch, folders=bool(data.folders))
    rows = spark.read.option("basePath", str(root)).parquet(*links)
    kind = parquet_text.type_of(data, text)
    key = _moment(rows, text) if kind == "timestamp" else _column(text).cast(TYPES[kind])
    if as_text and kind == "timestamp":
        # Without a fraction that is 0, as Python writes it.
        spelled = F.date_format(key, "yyyy-MM-dd HH:mm:ss.SSSSSS")
        key = F.regexp_replace(spelled, r"\.000000$", "")
    elif as_text:
        key = key.cast("string")
    if as_text or kind == "text":
        key = F.coalesce(key, F.lit(""))
    values = [_number(name).alias(f"v{j}") for j, name in enumerate(numbers)]
    return rows.select(key.alias("key"), *values)


def one_row(spark: SparkSession, spec: Spec) -> DataFrame:
    """Java loads its classes when they are first used."""
    file = str(spec.scratch / "warm.parquet")
    numbers = [F.col("id").cast("double").alias(f"v{j}") for j in range(len(spec.workload.columns))]
    spark.range(1).select(F.lit("a").alias("key"), *numbers).write.parquet(file)
    return spark.read.parquet(file)


def _number(name: str) -> Column:
    column = _column(name).cast("double")
    return F.when(~F.isnan(column), column)


def _moment(rows: DataFrame, name: str) -> Column:
    """Nanoseconds, which Spark has as integers here, are cut to microseconds."""
    value = _column(name)
    if dict(rows.dtypes)[name] == "bigint":
        whole = value - F.pmod(value, F.lit(1000))
        value = F.timestamp_micros(F.call_function("div", whole, F.lit(1000)))
    return value.cast("timestamp_ntz")


def _column(name: str) -> Column:
    return F.col("`" + name.replace("`", "``") + "`")
