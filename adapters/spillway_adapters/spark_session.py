"""The JVM in which Spark runs, a child of this process, and its end.

Spark's threads are tasks of that one process (local mode): driver and executor share its heap.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from spillway_adapters.protocol import RunError
from spillway_adapters.spec import Spec

MEBIBYTE = 1 << 20
#: Spark refuses a smaller heap: one and a half times the 300 MiB that it keeps for itself.
LEAST_HEAP = 450 * MEBIBYTE
#: Java's releases that Spark 4 runs on.
OLDEST_JAVA = 17
#: How Spark marks rows and files that it cannot read, and a field that is no number.
UNREADABLE = ("MALFORMED_", "FAILED_READ_FILE", "CAST_INVALID_INPUT", "PATH_NOT_FOUND")
#: Seconds that a JVM which goes down has to be gone.
END_WITHIN = 10.0


def start(spec: Spec, settings: dict[str, str]) -> Any:  # noqa: ANN401 (Spark is imported late)
    """A session for this run alone; `settings` of the work's own."""
    _check_java()
    # What the user set up for Spark elsewhere is not this run's.
    for name in [name for name in os.environ if name.startswith(("SPARK_", "PYSPARK_"))]:
        del os.environ[name]
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["TMPDIR"] = str(spec.scratch)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in {**_configuration(spec), **settings}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _configuration(spec: Spec) -> dict[str, str]:
    java = f'"-Djava.io.tmpdir={spec.scratch}" -XX:-UsePerfData'
    configuration = {
        "spark.master": f"local[{spec.workers}]",
        "spark.app.name": "spillway",
        "spark.api.mode": "classic",
        "spark.local.dir": str(spec.scratch / "spark"),
        "spark.sql.warehouse.dir": str(spec.scratch / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": java,
        # Everything listens on loopback, and only this run may give Spark work.
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.authenticate": "true",
    }
    if spec.engine_memory is not None:
        heap = max(spec.engine_memory, LEAST_HEAP)
        configuration["spark.driver.memory"] = f"{heap // MEBIBYTE}m"
    return configuration


def confirmed(spark: Any) -> dict[str, Any]:  # noqa: ANN401
    """Settings and versions reported by Spark and Java."""
    context = spark.sparkContext
    java = context._jvm.java.lang
    return {
        "threads": context.defaultParallelism,
        "master": context.master,
        "heap_bytes": java.Runtime.getRuntime().maxMemory(),
        "java": java.System.getProperty("java.version"),
        "adaptive": spark.conf.get("spark.sql.adaptive.enabled"),
        "shuffle_partitions": spark.conf.get("spark.sql.shuffle.partitions"),
        "range_bytes": spark.conf.get("spark.sql.files.maxPartitionBytes"),
        "local_dir": context.getConf().get("spark.local.dir"),
    }


def failures() -> tuple[type[Exception], ...]:
    """What a call of Spark raises: its own, Java's, and the end of the JVM."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError, ConnectionError, EOFError


def said(failure: Exception) -> str:
    """The messages of Java's exceptions from the first to its cause, without their traces; empty
    when the JVM gave no answer."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    if isinstance(failure, PySparkException):
        return str(failure)
    messages: list[str] = []
    if isinstance(failure, Py4JJavaError):
        cause = failure.java_exception
        while cause is not None:
            message = cause.toString().split("\n\tat ")[0].split("\nDriver stacktrace")[0]
            if message not in "".join(messages):
                messages.append(message)
            cause = cause.getCause()
    return "\n".join(messages)


def unreadable(said: str) -> bool:
    """Whether a failure can be one of the data."""
    return any(word in said for word in UNREADABLE)


def goes_down(spark: Any) -> bool:  # noqa: ANN401
    """Whether the JVM is ending; what it then reports about the work is not the cause."""
    try:
        return spark.sparkContext._jsc.sc().isStopped()
    except failures():
        return True


def ended() -> str:
    """How the JVM ended on its own; empty while it lives, or when there is none."""
    process = _process()
    if process is None:
        return ""
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = process.wait(END_WITHIN)
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
    return ""


def kill() -> None:
    """Kills the JVM, whose files are all in the scratch directory, without its slow shutdown; also
    one that is still starting."""
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), 9)
    process = _process()
    if process is not None:
        process.wait()


def _process() -> subprocess.Popen[bytes] | None:
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    return None if gateway is None else gateway.proc


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else "java"
    remedy = "Install one (Debian: apt install openjdk-17-jre-headless), or set JAVA_HOME."
    if shutil.which(java) is None:
        raise RunError("not-found", f"Spark needs Java, and there is no {java}.", remedy)
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', answer.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        found = (answer.stderr.strip().splitlines() or ["no answer"])[0]
        raise RunError(
            "not-found", f"Spark needs Java {OLDEST_JAVA} or later; {java} is: {found}", remedy
        )
