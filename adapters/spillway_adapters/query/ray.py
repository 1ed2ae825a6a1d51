"""Queries on Ray: Ray Core tasks over parts of files and partitions."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from spillway_adapters import existing_cluster
from spillway_adapters.query import partitioned, program, stages
from spillway_adapters.query.language import (
    Column,
    Csv,
    Group,
    Input,
    Schema,
    Settings,
    Sort,
    columns_as_text,
)
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.partitioned import Functions, call, quote, types_of
from spillway_adapters.query.stages import Both, Feed, Native, Stage

if TYPE_CHECKING:
    from spillway_adapters.protocol import Answer, Run

MAIN = """if __name__ == "__main__":
    store = MEMORY_BYTES and int(MEMORY_BYTES * 0.3)
    ray.init("local", num_cpus=WORKERS, object_store_memory=store)
    print(run(INPUTS, WORKERS, MEMORY_BYTES, "scratch"))"""


def compile(job: QueryJob, settings: Settings) -> str:
    made = _Data if settings.profile == "naive" else _Tuned
    return made(job, settings).text()


class _Tuned:
    """Ray Core."""

    title = "Ray Core"
    native: frozenset[str] = frozenset()

    def __init__(self, job: QueryJob, settings: Settings) -> None:
        self._job = job
        self._settings = settings
        self._plan = stages.plan(job, self.native)
        self._part_bytes = partitioned.part_bytes(job, settings)
        self._partitions = partitioned.partitions(job, self._part_bytes)
        self._functions = Functions(job, settings)
        self._name = self._functions.variable
        self._schemas = {node.name: node.schema for node in self._plan.nodes}
        self._readers: dict[str, str] = {}
        self._aggregates: set[str] = set()  #: Ray Data's, that are imported
        #: Tables whose tasks cut what they made for the one stage that takes it: by these keys.
        self._cut: dict[str, tuple[str, ...]] = self._cut_at_once()

    def text(self) -> str:
        lines = [line for source in self._plan.inputs for line in self._read(source)]
        for node in self._plan.nodes:
            match node:
                case Both():
                    lines += self._both(node)
                case Native():
                    lines += self._do_native(node)
                case Stage():
                    lines += self._stage(node)
        lines += self._answer()
        run = self._head()
        constants = self._constants()
        return partitioned.program_text(
            self._job,
            self._settings,
            self.title,
            [*self._imports(), *self._functions.imports],
            constants,
            [*self._functions.all(), "\n".join([*run, *lines])],
            MAIN,
        )

    def _imports(self) -> list[str]:
        return ["import ray"]

    def _head(self) -> list[str]:
        return partitioned.run_head(self._plan, "workers")

    def _constants(self) -> dict[str, object]:
        found: dict[str, object] = {"PART_BYTES": self._part_bytes}
        return found | ({"PARTITIONS": self._partitions} if self._partitions > 1 else {})

    def _answer(self) -> list[str]:
        result = self._name(self._plan.result)
        if self._job.output is not None:
            return partitioned.output(self._job, result, "write_all", "workers")
        return [f"    return rows_of({result})"]

    def _do_native(self, node: Native) -> list[str]:
        raise AssertionError(node)

    def _cut_at_once(self) -> dict[str, tuple[str, ...]]:
        takers: dict[str, list[Feed | None]] = {}
        for node in self._plan.nodes:
            if isinstance(node, Both | Native):
                for table in node.tables:
                    takers.setdefault(table, []).append(None)
            else:
                for feed in node.feeds:
                    takers.setdefault(feed.table, []).append(feed)
        takers.setdefault(self._plan.result, []).append(None)
        return {
            table: feeds[0].keys
            for table, feeds in takers.items()
            if len(feeds) == 1 and feeds[0] is not None and feeds[0].how == "hash"
            if self._partitions > 1
        }

    def _read(self, source: Input) -> list[str]:
        self._readers[source.name] = self._functions.reader(source)
        return [
            f"    {self._name(source.name)} = [[part] for part in"
            f" {partitioned.parts(source, 'whole')}]"
        ]

    def _both(self, node: Both) -> list[str]:
        tables = " + ".join(map(self._name, node.tables))
        return [f"    {self._name(node.name)} = {tables}"]

    def _stage(self, stage: Stage) -> list[str]:
        table = self._name(stage.name)
        reader = self._readers.get(stage.feeds[0].table)
        function = self._functions.stage(stage, f"df = {reader}(df)" if reader else "")
        fed = [self._feed(feed, stage) for feed in stage.feeds]
        if len(fed) > 1 and stage.feeds[1].how == "every":
            fed[1] = f"{fed[1]} * len({fed[0]})"
        arguments = [function, types_of(stage.schema), "workers", *fed]
        if stage.name in self._cut:
            keys = quote(list(self._cut[stage.name]))
            arguments.append(f"numbers=functools.partial(hash_of, keys={keys})")
            arguments.append("cuts=PARTITIONS")
        return call("on_each", arguments, 4, f"{table} = ")

    def _feed(self, feed: Feed, stage: Stage) -> str:
        """The partitions that a stage takes."""
        table = self._name(feed.table)
        match feed.how:
            case "same":
                return table
            case "one" | "every":
                return f"in_one({table})"
            case "hash":
                if feed.table in self._cut:
                    return table
                if self._partitions == 1:
                    return f"in_one({table})"
                keys = f"numbers=functools.partial(hash_of, keys={quote(list(feed.keys))})"
                types = types_of(feed.schema)
                return f"on_each(as_it_is, {types}, workers, {table}, {keys}, cuts=PARTITIONS)"
            case "range":
                if self._partitions == 1:
                    return f"in_one({table})"
                function = self._functions.ordering(stage)
                types = types_of(feed.schema)
                return f"in_ranges_of({table}, {types}, workers, {function}, PARTITIONS)"


class _Data(_Tuned):
    """Ray Data: read_csv or read_parquet, map_batches, groupby, sort. Rows with equal keys come
    together in groups by a number made of the keys: by the keys themselves Ray Data would give each
    null a group of its own, and its join needs another engine, Polars."""

    title = "Ray Data"
    native = frozenset({"group", "sort"})

    def _imports(self) -> list[str]:
        found = ["import ray", "import ray.data"]
        if self._aggregates:
            found.append(f"from ray.data.aggregate import {', '.join(sorted(self._aggregates))}")
        return found

    def _head(self) -> list[str]:
        return [
            "def run(inputs, workers, memory_bytes, scratch):",
            "    settings = ray.data.DataContext.get_current()",
            "    # Blocks come in the order of the rows.",
            "    settings.execution_options.preserve_order = True",
            "    # Ray Data would make 200 partitions of any dataset, however small.",
            "    settings.default_hash_shuffle_parallelism = GROUPS",
        ]

    def _constants(self) -> dict[str, object]:
        return {"GROUPS": max(self._partitions, self._settings.workers)}

    def _answer(self) -> list[str]:
        result = self._name(self._plan.result)
        if self._job.output is not None:
            return partitioned.output(self._job, result, "write_dataset", "workers")
        return [f"    return table_of({result}, {types_of(self._plan.schema)})"]

    def _read(self, source: Input) -> list[str]:
        table = self._name(source.name)
        types = {name: source.columns[name] for name in source.used}
        if source.format == "parquet":
            return self._read_parquet(source, types, table)
        csv = source.csv or Csv()
        text = columns_as_text(source, self._settings)
        as_text = {name: kind for name, kind in types.items() if name in text}
        read = {name: "text" if name in as_text else kind for name, kind in types.items()}
        own = csv.missing is not None
        words = quote(list(csv.missing or ())) if own else "MISSING"
        nulls = f'["", *spellings({words})]' if own else '[""]'
        lines: list[str] = []
        options = [f"column_names={quote(list(source.columns))}", "use_threads=False"]
        if csv.header or csv.skip_rows:
            options.append(f"skip_rows={csv.skip_rows + csv.header}")
        if csv.encoding != "utf-8":
            options.append(f"encoding={quote(csv.encoding)}")
        parse = []
        if csv.quote:
            parse.append("newlines_in_values=True")
        if csv.delimiter != ",":
            parse.append(f"delimiter={quote(csv.delimiter)}")
        if csv.quote != '"':
            parse.append(f"quote_char={quote(csv.quote) if csv.quote else False}")
        convert = [f"include_columns={quote(list(types))}", f"column_types={types_of(read)}"]
        convert.append(f"null_values={nulls}")
        if "text" in read.values():
            convert.append("strings_can_be_null=True")
            convert.append("quoted_strings_can_be_null=False")
        if csv.decimal != ".":
            convert.append(f"decimal_point={quote(csv.decimal)}")
        arguments = [
            f"inputs[{quote(source.name)}]",
            "file_extensions=None",
            "partitioning=None",
            f"read_options=csv.ReadOptions({', '.join(options)})",
            f"parse_options=csv.ParseOptions({', '.join(parse)})",
            f"convert_options=csv.ConvertOptions({', '.join(convert)})",
        ]
        lines += call("ray.data.read_csv", arguments, 4, f"{table} = ")
        if as_text:
            more = {"types": types_of(as_text), "words": words}
            if csv.decimal != ".":
                more["decimal"] = quote(csv.decimal)
            lines += batches(table, table, "from_text", more)
        return lines

    def _read_parquet(self, source: Input, types: Schema, table: str) -> list[str]:
        arguments = [f"inputs[{quote(source.name)}]", f"columns={quote(list(types))}"]
        if not source.hive:
            arguments.append("partitioning=None")
        lines = call("ray.data.read_parquet", arguments, 4, f"{table} = ")
        return lines + batches(table, table, "typed_table", {"types": types_of(types)})

    def _both(self, node: Both) -> list[str]:
        first, *others = map(self._name, node.tables)
        return [f"    {self._name(node.name)} = {first}.union({', '.join(others)})"]

    def _do_native(self, node: Native) -> list[str]:
        table, source = self._name(node.name), self._name(node.tables[0])
        step = node.step
        if isinstance(step, Sort):
            keys = quote([key.column for key in step.order])
            down = quote([key.descending for key in step.order])
            lines = [f"    {table} = {source}.sort({keys}, descending={down})"]
            if node.rows is not None:
                lines.append(f"    {table} = {table}.limit({node.rows})")
            return lines
        assert isinstance(step, Group)
        arguments = []
        for name, wanted in step.aggregates.items():
            assert isinstance(wanted.argument, Column)
            options = f"{quote(wanted.argument.name)}, alias_name={quote(name)}"
            if wanted.name == "count":
                options = (
                    f"{quote(wanted.argument.name)}, ignore_nulls=True, alias_name={quote(name)}"
                )
            arguments.append(f"{wanted.name.capitalize()}({options})")
            self._aggregates.add(wanted.name.capitalize())
        grouped = f"{source}.groupby({quote(list(step.by))}).aggregate"
        lines = call(grouped, arguments, 4, f"{table} = ")
        types = {"types": types_of(node.schema)}
        lines += batches(table, table, "typed_table", types)
        if node.checks:
            sums = {"sums": quote(dict(node.checks))}
            lines += batches(table, table, "without_overflow_in", sums)
        return lines

    def _stage(self, stage: Stage) -> list[str]:
        table = self._name(stage.name)
        first = stage.feeds[0]
        source = self._name(first.table)
        if not stage.steps and len(stage.feeds) == 1 and first.how == "same":
            return [f"    {table} = {source}"]
        function = self._functions.stage(stage)
        more = {"work": function, "makes": types_of(stage.schema)}
        if len(stage.feeds) > 1:
            other = stage.feeds[1]
            if other.how == "every":
                whole = f"table_of({self._name(other.table)}, {types_of(other.schema)})"
                return batches(table, source, "on_batch", {**more, "other": whole})
            return self._pair(stage, more)
        match first.how:
            case "same":
                return batches(table, source, "on_batch", more)
            case "hash":
                numbers = {"keys": quote(list(first.keys)), "groups": "GROUPS"}
                return [
                    *batches(table, source, "numbered", numbers),
                    *batches(table, f"{table}.groupby(NUMBER)", "on_group", more),
                ]
            case _:
                takes = f"table_of({source}, {types_of(first.schema)})"
                return call("in_one_task", [function, more["makes"], takes], 4, f"{table} = ")

    def _pair(self, stage: Stage, more: dict[str, str]) -> list[str]:
        """Both tables in one, a column saying whose each row is."""
        table = self._name(stage.name)
        lines = []
        sides = []
        for place, feed in enumerate(stage.feeds):
            side = f"{table}_{'right' if place else 'left'}"
            sides.append(side)
            schemas = [types_of(each.schema) for each in stage.feeds]
            options = {
                "side": str(place),
                "keys": quote(list(feed.keys)),
                "groups": "GROUPS",
                "left": schemas[0],
                "right": schemas[1],
            }
            lines += batches(side, self._name(feed.table), "one_side", options)
        options = {
            **more,
            "left": types_of(stage.feeds[0].schema),
            "right": types_of(stage.feeds[1].schema),
        }
        grouped = f"{sides[0]}.union({sides[1]}).groupby(NUMBER)"
        return lines + batches(table, grouped, "on_pair", options)


def batches(
    table: str, source: str, function: str, more: dict[str, str] | None = None
) -> list[str]:
    """map_batches, or map_groups of what is grouped."""
    grouped = ".groupby(" in source
    options = [function]
    if more:
        options.append("fn_kwargs={" + ", ".join(f'"{n}": {v}' for n, v in more.items()) + "}")
    options.append('batch_format="pyarrow"')
    if not grouped:
        options.append("batch_size=None")
    method = "map_groups" if grouped else "map_batches"
    return call(f"{source}.{method}", options, 4, f"{table} = ")


class Job:
    def __init__(self, run: Run) -> None:
        naive = run.spec.profile == "naive"
        self._program = program.of(run, compile)
        #: What Arrow's reader, or the program's own, knows of a file's dialect.
        self._able = ("header", "skip_rows", "encoding") + ("comment",) * (not naive)

    def set_up(self, run: Run) -> dict[str, Any]:
        import ray

        from spillway_adapters import ray_core

        if run.spec.address is not None and program.shares_scratch(self._program.job, self._able):
            existing_cluster.check_scratch(run.spec.scratch, ray_core.nodes_with(run.spec.scratch))
        if run.spec.profile == "naive":
            import ray.data
        prepare_worker(0)
        ray_core.warm_workers(run.spec.workers, ray.remote(max_retries=0)(prepare_worker))
        return {}

    def work(self, run: Run, own_cluster: bool) -> Answer:
        return program.work(
            run,
            self._program,
            call=lambda work: work(),
            reads_again=_is_unreadable,
            words=partitioned.words,
            able=self._able,
        )

    def after(self, run: Run) -> None:
        partitioned.check(self._program.job)


def prepare_worker(pause: float) -> tuple[int]:
    """What a stage imports; the pause keeps the worker busy, so that another one gets the next of
    these tasks."""
    import pandas  # noqa: F401
    import pyarrow.compute
    import pyarrow.csv
    import pyarrow.dataset
    import pyarrow.parquet

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    _without_http()
    time.sleep(pause)
    return (os.getpid(),)


def _without_http() -> None:
    """Ray Data asks of every path whether it is one of HTTP, for which fsspec needs aiohttp. Where
    that is not installed, two threads that ask at the same time see each other's half import, and
    the run ends in an ImportError."""
    if importlib.util.find_spec("aiohttp") is None:
        sys.modules["fsspec.implementations.http"] = None  # type: ignore[assignment]


def _is_unreadable(failure: Exception) -> bool:
    """A field that is no number, also within what Ray makes of a failure."""
    return isinstance(failure, ValueError) or "ArrowInvalid" in str(failure)
