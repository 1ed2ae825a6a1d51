from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = (
    SparkSession.builder.master(SETTINGS["master"])
    .config("spark.driver.memory", f"{int(SETTINGS['heap_bytes']) >> 20}m")
    .config("spark.ui.showConsoleProgress", "false")
    .getOrCreate()
)


def read(text, numbers):
    """`key` and v0, v1, … Fields must not hold line breaks."""
    kinds = ("DOUBLE" if name in numbers else "STRING" for name in COLUMNS)
    # Generated names: Spark would interpret dots in the original ones.
    rows = spark.read.csv(
        FILES,
        schema=", ".join(f"c{place} {kind}" for place, kind in enumerate(kinds)),
        sep=DELIMITER,
        quote=QUOTE,
        escape=QUOTE,
        header=HEADER,
        mode="FAILFAST",
    )
    columns = [F.coalesce(f"c{COLUMNS.index(text)}", F.lit("")).alias("key")]
    for place, name in enumerate(numbers):
        columns.append(F.col(f"c{COLUMNS.index(name)}").alias(f"v{place}"))
    return rows.select(*columns)
