#!/usr/bin/env python3
"""Spillway's native engines compared with their peers: every round runs each of them once on the
same file, and the ratios within the rounds are printed. Only ratios are reliable on a shared
machine.

bench/bench.py                        everything, with the sizes of docs/performance.md
bench/bench.py --only etl,regression --rows 2000000 --repeats 3
Peers that are not set up (`spillway engines install`) are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from program import Program, Record, evict, key, seconds_of
from ratios import Row, Spread, paired, plain, table
from watchers import Watchers

ROOT = Path(__file__).resolve().parents[1]
NATIVE = ["chunked", "objectstore"]
ETL = [*NATIVE, "polars", "duckdb", "dask:tuned", "ray:tuned", "ray:naive"]
COLD = [*NATIVE, "polars", "duckdb"]
REGRESSION = [*NATIVE, "dask:tuned", "dask:one-vs-rest", "ray:tuned"]
GROUPS = [*NATIVE, "polars", "duckdb"]
#: To where the loss no longer moves in its sixth figure, whoever fits.
CONVERGED = ["tolerance=1e-4", "max-iterations=100"]

Options = argparse.Namespace
Section = tuple[list[Row], dict[str, Any]]  #: what is printed, and the same for machines
Series = dict[str, dict[int, float]]  #: engine to round to figure


def engines_of(wanted: Sequence[str], o: Options) -> list[str]:
    chosen = [e for e in wanted if not o.engines or {e, e.split(":")[0]} & set(o.engines)]
    return o.program.ready(chosen)


def series(records: Sequence[Record], figure: Callable[[Record], float | None]) -> Series:
    """Of the successful runs."""
    found: Series = defaultdict(dict)
    for record in records:
        value = figure(record) if record["status"] == "ok" else None
        if value is not None:
            found[key(record)][record["repeat"]] = value
    return found


def failures(records: Sequence[Record]) -> list[Row]:
    return [
        {"engine": key(record), "status": f"{record['status']}: {record['error']['message'][:90]}"}
        for record in records
        if record["status"] != "ok"
    ]


def compared(
    records: Sequence[Record], figures: Mapping[str, Callable[[Record], float | None]]
) -> Section:
    """A row per engine: its seconds and peak, and each figure relative to chunked's in the same
    round."""
    rows: list[Row] = []
    document: dict[str, Any] = {}
    measured = {name: series(records, figure) for name, figure in figures.items()}
    peaks = series(records, lambda record: record["peak_bytes"] / 1e6)
    for engine in next(iter(measured.values())):
        row = {"engine": engine}
        entry: dict[str, Any] = {}
        for name, found in measured.items():
            if engine not in found:
                continue
            spread = Spread.of(list(found[engine].values()))
            ratio = paired(found[engine], found.get("chunked", {}))
            row |= {name: spread.text(), f"{name} ÷ chunked": ratio.text() if ratio else ""}
            entry[name] = {"value": spread, "over_chunked": ratio}
        peak = Spread.of(list(peaks[engine].values()))
        row["peak MB"] = peak.text()
        entry["peak_mb"] = peak
        rows.append(row)
        document[engine] = entry
    return rows + failures(records), document


def seconds(record: Record) -> float | None:
    return record["seconds"]


def with_pandas(
    o: Options,
    workload: str,
    engines: Sequence[str],
    figures: Mapping[str, Callable[[Record], float | None]],
    **plan: Any,  # noqa: ANN401 (options of the program)
) -> Section:
    """Several workers each, and then pandas (scikit-learn), which has one worker, beside chunked in
    rounds of their own."""
    records = o.program.run(o.data, workload, engines, **plan)
    rows, document = compared(records, figures)
    alone: list[Record] = []
    once = {**plan, "repeats": 1, "warmup": 0}
    for k in range(plan["repeats"] if engines_of(["pandas"], o) else 0):
        for engine, count in (("chunked", plan["workers"]), ("pandas", 1)):
            ran = o.program.run(o.data, workload, [engine], **{**once, "workers": count})
            alone += [{**record, "repeat": k} for record in ran]
    found, entries = compared(alone, figures)
    rows += [row for row in found if row["engine"] == "pandas"]
    return rows, document | {name: entries[name] for name in entries if name == "pandas"}


def etl(o: Options) -> Section:
    """Group-by mean, file in the cache, streamed."""
    return with_pandas(o, "etl", engines_of(ETL, o), {"seconds": seconds}, **o.plan)


def etl_loaded(o: Options) -> Section:
    """Group-by mean of columns that were loaded first."""
    engines = engines_of([*NATIVE, "polars", "duckdb", "dask:tuned", "ray:tuned"], o)
    records = o.program.run(o.data, "etl", engines, param="materialise=loaded", **o.plan)
    return compared(records, {"seconds": seconds})


def etl_cold(o: Options) -> Section:
    """Group-by mean of an evicted file, beside the disk's own sequential rate (dd)."""
    size = o.data.stat().st_size
    records: list[Record] = []
    rates: dict[int, float] = {}
    for k in range(1, o.repeats + 1):
        evict(o.data)
        rates[k] = size / seconds_of(["dd", f"if={o.data}", "of=/dev/null", "bs=4M"])
        plan = {**o.plan, "repeats": 1, "warmup": 0, "cache": "cold", "seed": k}
        records += [
            {**record, "repeat": k}
            for record in o.program.run(o.data, "etl", engines_of(COLD, o), **plan)
        ]
    rows, document = compared(records, {"seconds": seconds})
    own = paired(series(records, lambda record: size / record["seconds"])["chunked"], rates)
    document["chunked_rate_over_disk"] = own
    document["disk_gb_per_second"] = Spread.of([rate / 1e9 for rate in rates.values()])
    rows.append({"engine": "dd", "seconds": Spread.of([size / r for r in rates.values()]).text()})
    rows.append({"engine": "chunked's rate ÷ dd's", "seconds": own.text() if own else ""})
    return rows, document


def regression(o: Options) -> Section:
    """Logistic regression to one loss: all of it, the fit, and a pass of the fit over the data."""

    def a_pass(record: Record) -> float | None:
        # scikit-learn tells iterations only; lbfgs seldom needs a second pass in one.
        passes = record["result"].get("data_passes") or record["result"].get("iterations")
        return record["phases"]["fit"] / passes if passes and "fit" in record["phases"] else None

    def loss(record: Record) -> float | None:
        return record["result"]["loss"]

    figures = {"seconds": seconds, "seconds a pass": a_pass, "loss": loss}
    plan = {**o.plan, "param": CONVERGED}
    return with_pandas(o, "logreg", engines_of(REGRESSION, o), figures, **plan)


def generator(o: Options) -> Section:
    """Writing a dataset beside dd of the same bytes, both durable at the end."""
    size = o.data.stat().st_size
    ours, theirs = {}, {}
    out = o.program.data / "generated.csv"
    for k in range(o.repeats):
        report = o.program.call(
            "generate", str(out), "--rows", str(o.rows), "--signal", "4", "--force"
        )[0]
        ours[k] = size / report["seconds"]
        copy = ["dd", f"if={o.data}", f"of={out}", "bs=4M", "conv=fsync"]
        theirs[k] = size / seconds_of(copy)
        out.unlink()
    out.with_name(out.name + ".json").unlink(missing_ok=True)
    ratio = paired(ours, theirs)
    rates = {"spillway": ours, "dd": theirs}
    spreads = {name: Spread.of([r / 1e9 for r in found.values()]) for name, found in rates.items()}
    rows = [{"what": name, "GB a second": spread.text()} for name, spread in spreads.items()]
    rows.append({"what": "spillway ÷ dd", "GB a second": ratio.text() if ratio else ""})
    return rows, {**spreads, "rate_over_dd": ratio}


def groups(o: Options) -> Section:
    """Group-by mean with increasing numbers of groups."""
    rows: list[Row] = []
    document: dict[str, Any] = {}
    for count in (10, 10_000, 1_000_000):
        data = o.program.dataset(o.rows, categories=count, signal=0)
        records = o.program.run(data, "etl", engines_of(GROUPS, o), **o.plan)
        found, entry = compared(records, {"seconds": seconds})
        rows += [{"groups": f"{count:,}", **row} for row in found]
        document[str(count)] = entry
    return rows, document


def workers(o: Options) -> Section:
    """Group-by mean with increasing numbers of workers."""
    plan = {**o.plan, "workers": "1,2,4,8,16"}
    records = o.program.run(o.data, "etl", engines_of([*NATIVE, "polars", "duckdb"], o), **plan)
    rows: list[Row] = []
    document: dict[str, Any] = {}
    for count in (1, 2, 4, 8, 16):
        found, entry = compared([r for r in records if r["workers"] == count], {"seconds": seconds})
        rows += [{"workers": str(count), **row} for row in found]
        document[str(count)] = entry
    return rows, document


def growth(o: Options) -> Section:
    """Nanoseconds per row of the native group-by as the data grow, all sizes in every round."""
    sizes = [1_000_000, 4_000_000, 20_000_000, 60_000_000, 180_000_000]
    sizes = [n for n in sizes if n <= o.most_rows]
    plan = {**o.plan, "repeats": 1}  # a warm-up each: the page cache may have lost the last size
    found: dict[int, Series] = {n: defaultdict(dict) for n in sizes}
    for k in range(o.repeats):
        for n in sizes:
            for record in o.program.run(o.program.dataset(n), "etl", engines_of(NATIVE, o), **plan):
                if record["status"] == "ok":
                    found[n][key(record)][k] = 1e9 * record["seconds"] / record["rows"]
    rows: list[Row] = []
    document: dict[str, Any] = {}
    for n in sizes:
        for engine, figures in found[n].items():
            spread = Spread.of(list(figures.values()))
            ratio = paired(figures, found[sizes[-1]][engine])
            row = {"rows": f"{n:,}", "engine": engine, "ns a row": spread.text()}
            rows.append({**row, f"÷ {sizes[-1]:,} rows": ratio.text() if ratio else ""})
            document.setdefault(engine, {})[str(n)] = {"ns": spread, "over_most": ratio}
    return rows, document


def overhead(o: Options) -> Section:
    """What supervising costs, on long runs: the same worker watched and unwatched in turns, and
    the processor time of who watches for each second watched."""
    data = o.program.dataset(o.most_rows)
    watched, alone, starts, shares = {}, {}, {}, {}
    plan = {**o.plan, "repeats": 1, "warmup": 0}
    o.program.unmeasured(data, 2)
    for k in range(max(o.repeats, 11)):
        if k % 2:  # whoever goes first might gain by it
            alone[k] = o.program.unmeasured(data, 2)
        with Watchers() as watchers:
            record = o.program.run(data, "etl", ["chunked"], **plan)[0]
        watched[k], starts[k] = record["seconds"], 1e3 * record["setup_seconds"]
        shares[k] = watchers.share()
        if k not in alone:
            alone[k] = o.program.unmeasured(data, 2)
    spreads = {
        "watched ÷ unwatched": paired(watched, alone),
        "seconds, watched": Spread.of(list(watched.values())),
        "watchers' processor seconds a second": Spread.of(list(shares.values())),
        "spawn to ready, ms": Spread.of(list(starts.values())),
    }
    rows = [{"what": name, "value": spread.text()} for name, spread in spreads.items() if spread]
    return rows, spreads


SECTIONS: dict[str, Callable[[Options], Section]] = {
    "etl": etl,
    "etl-loaded": etl_loaded,
    "etl-cold": etl_cold,
    "regression": regression,
    "generator": generator,
    "groups": groups,
    "workers": workers,
    "growth": growth,
    "overhead": overhead,
}


def parsed() -> Options:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words = lambda text: [word for word in text.split(",") if word]  # noqa: E731
    parser.add_argument("--only", type=words, default=list(SECTIONS), help=",".join(SECTIONS))
    parser.add_argument(
        "--engines", type=words, default=[], help="only these, e.g. chunked,dask:tuned"
    )
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--most-rows", type=int, default=180_000_000, help="of growth")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--binaries", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument(
        "--data", type=Path, default=ROOT / "build/bench", help="kept between calls"
    )
    parser.add_argument("--json", type=Path, help="results go there too")
    options = parser.parse_args()
    if unknown := set(options.only) - SECTIONS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return options


def main() -> None:
    o = parsed()
    if not (o.binaries / "spillway").exists():
        sys.exit(f"{o.binaries} has no spillway; ./check builds it")
    o.program = Program(o.binaries.resolve(), o.data)
    o.plan = {
        "workers": 2,
        "repeats": o.repeats,
        "warmup": 1,
        "memory_limit": "none",
        "timeout": "30min",
    }
    o.data = o.program.dataset(o.rows)
    results: dict[str, Any] = {"rows": o.rows, "repeats": o.repeats}
    for name in o.only:
        rows, document = SECTIONS[name](o)
        print(table(f"{name}: {SECTIONS[name].__doc__}", rows), flush=True)
        results[name] = plain(document)
        if o.json:
            o.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
