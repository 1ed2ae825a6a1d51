"""An engine of one's own, without Spillway's package: speaks docs/protocol.md with the standard
library alone. Its manifest is minimal_engine.json; copy both and change what is between the rules.
"""

import csv
import json
import os
import platform
import sys
import threading
import time

out = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # What a library prints goes to stderr.
# Unbuffered, so without a lock, and not sys.stdin: a child that multiprocessing forks would wait
# for the lock that the thread below holds.
orders = os.fdopen(os.dup(0), "rb", buffering=0)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def send(kind, **fields):
    out.write(json.dumps({"type": kind, "t": time.monotonic(), **fields}) + "\n")
    out.flush()


def wait_for_go():
    """Waits for go; afterwards the end of stdin ends the process, whatever it is doing."""
    if not json.loads(orders.readline() or "{}").get("go"):
        sys.exit(0)

    def watch():
        orders.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


# --------------------------------------------------------------------------------------------------


def group_means(dataset, workload):
    schema = dataset["schema"]
    names = [column["name"] for column in schema["columns"]]
    key_at = names.index(workload["group_by"])
    values_at = [names.index(name) for name in workload["values"]]
    groups = {}
    for path in dataset["paths"]:
        with open(path, encoding="utf-8", newline="") as file:
            rows = csv.reader(
                file, delimiter=schema["delimiter"], quotechar=schema["quote"] or None
            )
            if schema["header"]:
                next(rows)
            for row in rows:
                sums = groups.setdefault(row[key_at], [0] + [0.0] * len(values_at))
                sums[0] += 1
                for j, at in enumerate(values_at):
                    sums[j + 1] += float(row[at])
    return [
        {
            "key": key,
            "count": sums[0],
            "mean": {name: sums[j + 1] / sums[0] for j, name in enumerate(workload["values"])},
        }
        for key, sums in sorted(groups.items(), key=lambda item: item[0].encode())
    ]


# --------------------------------------------------------------------------------------------------


def main():
    libraries = {"python": platform.python_version()}
    send("hello", engine="minimal", version="1.0", libraries=libraries, pid=os.getpid())
    spec = json.loads(orders.readline())
    workload = spec["workload"]
    if workload["kind"] != "etl":
        message = "This engine knows no regression."
        send("error", code="unsupported", message=message, phase="", remedy="")
        return send("bye")
    send("ready", settings={"workers": "1"})
    wait_for_go()
    try:
        send("phase", name="compute", state="begin")
        groups = group_means(spec["dataset"], workload)
        send("phase", name="compute", state="end")
    except (OSError, ValueError, IndexError) as failure:
        send("error", code="data-unreadable", message=str(failure), phase="compute", remedy="")
        return send("bye")
    send("done")
    result = {
        "kind": "etl",
        "values": workload["values"],
        "rows": sum(group["count"] for group in groups),
        "missing": [0] * len(workload["values"]),
        "groups": groups,
    }
    send("result", result=result, timings={})
    send("bye")


main()
