"""What Spark is told of the memory that a query may take."""

from __future__ import annotations

import math

from spillway_adapters.query.language import Job, Settings

MEBIBYTE = 1 << 20
#: Spark refuses a smaller heap: one and a half times the 300 MiB that it keeps for itself.
LEAST_HEAP = 450
#: Tasks that share the memory hold so much of a partition at a time.
PARTITION_SHARE = 8
MOST_PARTITIONS = 2000


def session(settings: Settings) -> dict[str, str]:
    """What Spark has to know before it starts: the heap, and beside it memory for sorting and
    hashing that the garbage collector does not walk through."""
    if settings.memory_bytes is None:
        return {}
    mebibytes = settings.memory_bytes // MEBIBYTE
    heap = max(mebibytes * 2 // 3, min(mebibytes, LEAST_HEAP), LEAST_HEAP)
    beside = mebibytes - heap
    found = {"spark.driver.memory": f"{heap}m"}
    if beside >= 32:
        found["spark.memory.offHeap.enabled"] = "true"
        found["spark.memory.offHeap.size"] = f"{beside}m"
    return found


def partitions(job: Job, settings: Settings) -> int:
    """Of a shuffle: two a task, more where the memory is small for the data."""
    least = 2 * settings.workers
    if settings.memory_bytes is None:
        return least
    bytes_read = sum(table.bytes for table in job.inputs.values())
    share = settings.memory_bytes / settings.workers / PARTITION_SHARE
    return min(max(least, math.ceil(bytes_read / share)), MOST_PARTITIONS)
