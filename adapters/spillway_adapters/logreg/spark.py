"""Logistic regression with Spark ML's L-BFGS, whose objective is that of docs/workloads.md."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from spillway_adapters.logreg import Logreg, regression
from spillway_adapters.logreg.regression import Counts, Fit, Floats, Moments, Sums
from spillway_adapters.logreg.result import result
from spillway_adapters.protocol import Answer, Run

#: The constants of splitmix64 as Java's signed numbers.
_STEP, _FIRST, _SECOND = (
    number - 2**64 for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def fit(run: Run, spark: SparkSession, rows: DataFrame) -> Answer:
    """`rows`: key (the label) and v0, v1, …"""
    workload = run.spec.workload
    assert isinstance(workload, Logreg)
    with run.phase("load"):
        kept = _with_split(run, spark, rows, workload).persist()
        classes, counts = _counts(kept, len(workload.features))
        regression.check(classes, counts, workload, run.spec.dataset)
    kept = kept.filter("present").select("train", *_as_fitted(workload, classes, counts.moments))
    with run.phase("fit"):
        found = _fit(kept.filter("train"), workload, classes, counts)
    with run.phase("score"):
        train, test = _scores(kept, found.parameters)
    strength = regression.penalty(workload, int(counts.train.sum()))
    found.loss = train.loss / int(counts.train.sum())
    found.objective = regression.objective_of(found.loss, found.parameters, strength)
    return partial(result, workload, classes, counts, found, train, test)


# --- Loading -------------------------------------------------------------------------------------


def _with_split(run: Run, spark: SparkSession, rows: DataFrame, workload: Logreg) -> DataFrame:
    """Adds `present` (no value is missing) and `train` (the side of the split)."""
    features = [rows[f"v{j}"] for j in range(len(workload.features))]
    dataset = run.spec.dataset
    trimmed = F.lower(F.trim(rows["key"], F.lit(" \t")))
    words = dataset.missing_words if dataset.missing is None else {""}
    present = ~trimmed.isin(sorted(words))
    for feature in features:
        present &= feature.isNotNull()
    # The hash wraps around, which Spark takes for an error by default.
    checked = spark.conf.get("spark.sql.ansi.enabled")
    spark.conf.set("spark.sql.ansi.enabled", "false")
    train = _trains(spark, features, workload.test_fraction)
    kept = rows.select("*", present.alias("present"), train.alias("train"))
    spark.conf.set("spark.sql.ansi.enabled", checked)
    return kept


def _trains(spark: SparkSession, features: list[Column], test_fraction: float) -> Column:
    """As regression.trains(), with a row's hash as one of Java's signed numbers."""
    if test_fraction <= 0:
        return F.lit(True)
    mixed = F.lit(0).cast("long")
    for j, feature in enumerate(features):
        # Adding zero makes -0 and 0 the same.
        bits = _bits(spark, feature + F.lit(0.0))
        mixed = mixed.bitwiseXOR(_split_mix(bits.bitwiseXOR(_split_mix(_long(j)))))
    limit = 2.0**64 * (1 - test_fraction)
    least = int(limit)  # that a double rounds to the limit
    while float(least - 1) >= limit:
        least -= 1
    return _split_mix(mixed).bitwiseXOR(_long(-(2**63))) < _long(least - 2**63)


def _split_mix(state: Column) -> Column:
    state = state + _long(_STEP)
    state = state.bitwiseXOR(F.shiftrightunsigned(state, 30)) * _long(_FIRST)
    state = state.bitwiseXOR(F.shiftrightunsigned(state, 27)) * _long(_SECOND)
    return state.bitwiseXOR(F.shiftrightunsigned(state, 31))


def _long(number: int) -> Column:
    return F.lit(number).cast("long")


def _bits(spark: SparkSession, number: Column) -> Column:
    """java.lang.Double.doubleToRawLongBits, for which Spark's SQL has no function."""
    jvm = spark._jvm
    sql = jvm.org.apache.spark.sql
    column = sql.classic.ExpressionUtils
    nothing = jvm.PythonUtils.toSeq(jvm.java.util.ArrayList())
    argument = jvm.java.util.ArrayList()
    argument.add(column.expression(number._jc))
    invoked = sql.catalyst.expressions.objects.StaticInvoke(
        jvm.java.lang.Class.forName("java.lang.Double"),
        sql.types.DataTypes.LongType,
        "doubleToRawLongBits",
        jvm.PythonUtils.toSeq(argument),
        nothing,
        True,  # null of null
        True,
        True,
        jvm.scala.Option.empty(),
    )
    return Column(column.column(invoked))


def _counts(kept: DataFrame, features: int) -> tuple[list[str], Counts]:
    """Classes in the order of their bytes, and what was counted, in one pass."""
    sums = [F.count("*")]
    for j in range(features):
        sums += [F.avg(f"v{j}"), F.var_pop(f"v{j}")]
    table = kept.groupBy("present", "train", "key").agg(*sums).collect()
    classes = sorted({row[2] for row in table if row[0]}, key=str.encode)
    sides = {side: np.zeros(len(classes), np.int64) for side in (True, False)}
    moments = Moments(0, np.zeros(features), np.zeros(features))
    finite = np.ones(features, np.bool_)
    dropped = 0
    for present, train, label, count, *figures in table:
        if not present:
            dropped += count
            continue
        sides[train][classes.index(label)] = count
        mean, variance = np.array(figures[::2], float), np.array(figures[1::2], float)
        finite &= np.isfinite(mean)
        if train:
            moments += Moments(count, mean, variance * count)
    return classes, Counts(sides[True], sides[False], dropped, moments, finite)


# --- Fitting -------------------------------------------------------------------------------------


def _as_fitted(workload: Logreg, classes: list[str], moments: Moments) -> list[Column]:
    """The class number as `code`, the features as x0, x1, …"""
    names = F.array(*(F.lit(name) for name in classes))
    columns = [(F.array_position(names, F.col("key")) - 1).cast("double").alias("code")]
    for j in range(len(workload.features)):
        feature = F.col(f"v{j}")
        if workload.standardise:
            feature = (feature - float(moments.mean[j])) / float(moments.scale[j])
        columns.append(feature.alias(f"x{j}"))
    return columns


def _fit(rows: DataFrame, workload: Logreg, classes: list[str], counts: Counts) -> Fit:
    names = [f"x{j}" for j in range(len(workload.features))]
    assembled = VectorAssembler(inputCols=names, outputCol="features").transform(rows)
    model = LogisticRegression(
        labelCol="code",
        maxIter=workload.max_iterations,
        tol=workload.tolerance,
        regParam=regression.penalty(workload, int(counts.train.sum())),
        elasticNetParam=0.0,
        # The features are as they shall be.
        standardization=False,
    ).fit(assembled.select("code", "features"))
    fitted = np.hstack(
        [model.coefficientMatrix.toArray(), model.interceptVector.toArray()[:, None]]
    )
    parameters = np.zeros(regression.parameter_shape(len(classes), len(names)))
    # A class after the last one with a training row is never the most probable one.
    parameters[len(fitted) :, -1] = -np.inf
    parameters[: len(fitted)] = fitted
    found = Fit(parameters, 0.0, 0.0, iterations=model.summary.totalIterations)
    found.converged = found.iterations < workload.max_iterations
    return found


def _scores(rows: DataFrame, parameters: Floats) -> tuple[Sums, Sums]:
    """Loss and correct predictions of the training and of the test rows."""
    scores = [_score(weights) for weights in parameters.tolist()]
    if len(scores) == 1:
        scores.insert(0, F.lit(0.0))
    every = F.array(*scores)
    most = F.greatest(*scores)
    total = F.lit(0.0)
    for score in scores:
        total = total + F.exp(score - most)
    place = F.col("code").cast("int") + 1
    loss = most + F.log(total) - F.element_at(every, place)
    correct = (F.array_position(every, most) == place).cast("long")
    table = rows.groupBy("train").agg(F.sum(loss), F.sum(correct)).collect()
    sides = {row[0]: Sums(row[1], None, int(row[2])) for row in table}
    nothing = Sums(0.0, None, 0)
    return sides.get(True, nothing), sides.get(False, nothing)


def _score(weights: list[float]) -> Column:
    *coefficients, intercept = weights
    terms = (F.col(f"x{j}") * weight for j, weight in enumerate(coefficients))
    return sum(terms, F.lit(intercept if math.isfinite(intercept) else -1e300))
