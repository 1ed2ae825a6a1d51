"""Queries on Dask: pandas code over partitions, and Dask's shuffles between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spillway_adapters.query import pandas_reads_csv, partitioned, program, stages
from spillway_adapters.query.group_parts import PartialGroup
from spillway_adapters.query.language import (
    Column,
    Csv,
    Distinct,
    Group,
    Input,
    Join,
    Refused,
    Settings,
    Sort,
    columns_as_text,
)
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.pandas import Files
from spillway_adapters.query.partitioned import TYPES, Functions, call, quote, types_of
from spillway_adapters.query.stages import Both, Feed, Native, Stage

if TYPE_CHECKING:
    from spillway_adapters.dask_cluster import Cluster
    from spillway_adapters.dask_watch import Watch
    from spillway_adapters.protocol import Answer, Run

#: As dask_cluster.py makes the cluster of a run.
MAIN = """if __name__ == "__main__":
    from dask.distributed import Client

    with Client({layout}, local_directory="scratch"):
        print(run(INPUTS, WORKERS, MEMORY_BYTES, "scratch"))"""
LIMITED_MAIN = """if __name__ == "__main__":
    from dask.distributed import Client

    # A worker without data is at 250 MB, and pauses at 80 % of its limit. Shuffles go to the disk,
    # and may hold less than their defaults, which are larger than many a limit.
    limit = int((MEMORY_BYTES{share} + 250_000_000) / 0.8)
    held = MEMORY_BYTES // 8
    dask.config.set({{"distributed.p2p.comm.buffer": min(held, 1 << 30)}})
    dask.config.set({{"distributed.p2p.storage.buffer": min(held, 100 << 20)}})
    with Client(
        {layout}, memory_limit=limit, local_directory="scratch"
    ):
        print(run(INPUTS, WORKERS, MEMORY_BYTES, "scratch"))"""


#: A frame whose rows were moved has their old numbers.
RENUMBER = "df = df.reset_index(drop=True)"


def compile(job: QueryJob, settings: Settings) -> str:
    made = _Naive if settings.profile == "naive" else _Tuned
    return made(job, settings).text()


class _Tuned:
    """Parts of files read by Arrow, and shuffles by numbers of rows."""

    native: frozenset[str] = frozenset()
    #: Arguments of Client, and by what the memory is divided.
    _layout = "n_workers=1, threads_per_worker=WORKERS", ""

    def __init__(self, job: QueryJob, settings: Settings) -> None:
        self._job = job
        self._settings = settings
        self._plan = stages.plan(job, self.native)
        self._part_bytes = partitioned.part_bytes(job, settings)
        self._partitions = partitioned.partitions(job, self._part_bytes)
        self._functions = Functions(job, settings)
        self._name = self._functions.variable
        #: Tables of a single partition, whose rows need not be moved.
        self._single: set[str] = set()
        self._schemas = {node.name: node.schema for node in self._plan.nodes}

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
        run += [
            "    # Columns have Arrow's types, those of text too.",
            '    dask.config.set({"dataframe.convert-string": False})',
        ]
        constants: dict[str, object] = {}
        constants |= self._constants()
        if self._partitions > 1:
            constants |= {"PARTITIONS": self._partitions}
        return partitioned.program_text(
            self._job,
            self._settings,
            "Dask",
            ["import dask", "import dask.dataframe as dd", *self._functions.imports],
            constants,
            [*self._functions.all(), "\n".join([*run, *lines])],
            self._main(),
        )

    def _main(self) -> str:
        """Few workers, large ones: what one thread does not need, another can have."""
        layout, share = self._layout
        main = MAIN if self._settings.memory_bytes is None else LIMITED_MAIN
        return main.format(layout=layout, share=share)

    def _read(self, source: Input) -> list[str]:
        table = self._name(source.name)
        types = {name: source.columns[name] for name in source.used}
        self._schemas[source.name] = types
        arguments = [
            self._functions.reader(source),
            partitioned.parts(source, "whole"),
            f"meta=empty({types_of(types)})",
        ]
        return call("dd.from_map", arguments, 4, f"{table} = ")

    def _head(self) -> list[str]:
        return partitioned.run_head(self._plan, "workers")

    def _constants(self) -> dict[str, object]:
        return {"PART_BYTES": self._part_bytes}

    def _do_native(self, node: Native) -> list[str]:
        raise AssertionError(node)

    def _both(self, node: Both) -> list[str]:
        tables = ", ".join(map(self._name, node.tables))
        return [f"    {self._name(node.name)} = dd.concat([{tables}])"]

    def _stage(self, stage: Stage) -> list[str]:
        table = self._name(stage.name)
        lines: list[str] = []
        fed = []
        for feed in stage.feeds:
            code = self._feed(feed, stage, lines)
            fed.append(code)
        first = stage.feeds[0]
        if (
            first.how == "one"
            or (self._partitions == 1 and first.how in ("hash", "range"))
            or first.table in self._single
        ):
            self._single.add(stage.name)
        if not stage.steps:
            return [*lines, f"    {table} = {fed[0]}"]
        moved = first.table not in self._job.inputs
        function = self._functions.stage(stage, RENUMBER if moved else "")
        arguments = [function, *fed[1:]]
        arguments.append(f"meta=empty({types_of(stage.schema)})")
        if len(fed) > 1:
            arguments.append("align_dataframes=False")
        return [*lines, *call(f"{fed[0]}.map_partitions", arguments, 4, f"{table} = ")]

    def _feed(self, feed: Feed, stage: Stage, lines: list[str]) -> str:
        """The frame whose partitions a stage takes."""
        table = self._name(feed.table)
        alone = feed.table in self._single
        match feed.how:
            case "same":
                return table
            case "one" | "every":
                return table if alone else f"{table}.repartition(npartitions=1)"
            case "hash":
                # Of a pair, both have to be moved in the same way.
                if len(stage.feeds) == 1 and alone:
                    return table
                if self._partitions == 1:
                    return table if alone else f"{table}.repartition(npartitions=1)"
                keys = quote(list(feed.keys))
                if len(stage.feeds) == 1 and self._is_partial(feed.table):
                    return f"exchange_parts({table}, {keys}, workers, PART_BYTES, PARTITIONS)"
                return f"exchange({table}, {keys}, PARTITIONS)"
            case "range":
                if alone or self._partitions == 1:
                    return table if alone else f"{table}.repartition(npartitions=1)"
                function = self._functions.ordering(stage)
                return f"in_ranges({table}, {function}, PARTITIONS)"

    def _is_partial(self, table: str) -> bool:
        """Whether it is of groups, or distinct rows, of each partition, which may be few."""
        (node,) = (node for node in self._plan.nodes if node.name == table)
        last = node.steps[-1:] if isinstance(node, Stage) else ()
        return any(isinstance(step, PartialGroup | Distinct) for step in last)

    def _answer(self) -> list[str]:
        result = self._name(self._plan.result)
        if self._job.output is not None:
            return partitioned.output(self._job, result, "write_frames")
        return [f"    return {result}.compute()"]


class _Naive(_Tuned):
    """dd.read_csv and dd.read_parquet, and Dask's own operations where they give the right answer;
    rows are moved as in the tuned profile where they do not."""

    # sort_values() cuts by quantiles of the first key; those of a text with nulls it has not
    # (NotImplementedError: Divisions calculation failed for non-numeric column).
    native = frozenset({"group", "join", "distinct", "sort by numbers"})
    _layout = "n_workers=WORKERS, threads_per_worker=1", " / WORKERS"

    def _head(self) -> list[str]:
        return ["def run(inputs, workers, memory_bytes, scratch):"]

    def _constants(self) -> dict[str, object]:
        return {"BLOCK_BYTES": self._part_bytes}

    def _is_partial(self, table: str) -> bool:
        return False  # Nothing is looked at before.

    def _read(self, source: Input) -> list[str]:
        table = self._name(source.name)
        types = {name: source.columns[name] for name in source.used}
        self._schemas[source.name] = types
        if source.format == "parquet":
            return self._read_parquet(source, table)
        return self._read_csv(source, table)

    def _read_parquet(self, source: Input, table: str) -> list[str]:
        types = {name: source.columns[name] for name in source.used}
        arguments = [
            f"inputs[{quote(source.name)}]",
            f"columns={quote(list(source.used))}",
            'dtype_backend="pyarrow"',
            "split_row_groups=True",
        ]
        if source.hive:
            # A folder of null among them ends in KeyError: None.
            raise Refused(
                f'input "{source.name}"', "dd.read_parquet fails on a folder of null keys"
            )
        lines = call("dd.read_parquet", arguments, 4, f"{table} = ")
        typed = ["as_typed", quote({n: TYPES[k] for n, k in types.items()})]
        typed.append(f"meta=empty({types_of(types)})")
        return [*lines, *call(f"{table}.map_partitions", typed, 4, f"{table} = ")]

    def _read_csv(self, source: Input, table: str) -> list[str]:
        csv = source.csv or Csv()
        types = {name: source.columns[name] for name in source.used}
        if pandas_reads_csv.by_arrow(source, self._settings):
            return self._read_by_arrow(source, table)
        text = columns_as_text(source, self._settings)
        # pandas' reader makes no dates of a column's type.
        as_text = {
            name: kind
            for name, kind in types.items()
            if name in text or kind in ("date", "timestamp")
        }
        read = {name: "string" if name in as_text else TYPES[kind] for name, kind in types.items()}
        words = "MISSING" if csv.missing is None else quote(list(csv.missing))
        numbers = [name for name, kind in types.items() if kind != "text" and name not in as_text]
        texts = [name for name in types if name not in numbers]
        lines = [f"    paths = inputs[{quote(source.name)}]"]
        values = f'dict.fromkeys({quote(texts)}, [""])'
        if csv.missing is not None:
            values = f'dict.fromkeys({quote(list(types))}, ["", *spellings({words})])'
        elif numbers:
            words = f'dict.fromkeys({quote(numbers)}, ["", *spellings(MISSING)])'
            values = f"{words} | {values}" if texts else words
        lines += [f"    nothing = {values}"]
        quotes = f"{_have_quotes(csv)} else " if csv.quote else ""
        arguments = [
            "paths",
            f"blocksize={f'None if {quotes}' if quotes else ''}BLOCK_BYTES",
            f"names={quote(list(source.columns))}",
            "header=0" if csv.header else "header=None",
            f"usecols={quote(list(types))}",
            f"dtype=pandas_types({quote(read)})",
            "keep_default_na=False",
            "na_values=nothing",
        ]
        if csv.skip_rows:
            arguments.append(f"skiprows={csv.skip_rows}")
        if csv.delimiter != ",":
            arguments.append(f"sep={quote(csv.delimiter)}")
        if not csv.quote:
            arguments.append("quoting=3")
        elif csv.quote != '"':
            arguments.append(f"quotechar={quote(csv.quote)}")
        if csv.decimal != ".":
            arguments.append(f"decimal={quote(csv.decimal)}")
        if csv.encoding != "utf-8":
            arguments.append(f"encoding={quote(csv.encoding)}")
        lines += call("dd.read_csv", arguments, 4, f"{table} = ")
        # In the order of the job, and of its types.
        order = (
            f"[{quote(list(types))}]"
            if list(types) != sorted(types, key=list(source.columns).index)
            else ""
        )
        if as_text:
            missing = "MISSING" if csv.missing is None else quote(list(csv.missing))
            arguments = ["frame_from_text", types_of(as_text), missing]
            if csv.decimal != ".":
                arguments.append(f"decimal={quote(csv.decimal)}")
            arguments.append(f"meta=empty({types_of(types)})")
            lines += call(f"{table}{order}.map_partitions", arguments, 4, f"{table} = ")
        elif order:
            lines.append(f"    {table} = {table}{order}")
        return lines

    def _read_by_arrow(self, source: Input, table: str) -> list[str]:
        """As in the tuned profile, but in whole files where there are quotes, as read_csv would."""
        types = {name: source.columns[name] for name in source.used}
        arguments = [
            self._functions.reader(source),
            partitioned.parts(source, _have_quotes(source.csv or Csv()), "BLOCK_BYTES"),
            f"meta=empty({types_of(types)})",
        ]
        return [
            "    # To read_csv an empty text in quotes is null, as an empty field is.",
            f"    paths = inputs[{quote(source.name)}]",
            *call("dd.from_map", arguments, 4, f"{table} = "),
        ]

    def _do_native(self, node: Native) -> list[str]:
        table = self._name(node.name)
        first = self._name(node.tables[0])
        step = node.step
        match step:
            case Group():
                parts = {
                    name: (wanted.argument.name, wanted.name)
                    for name, wanted in step.aggregates.items()
                    if isinstance(wanted.argument, Column)
                }
                grouped = f"{first}.groupby({quote(list(step.by))}, dropna=False, sort=False)"
                lines = call(f"{grouped}.agg", [f"**{quote(parts)}"], 4, f"{table} = ")
                lines.append(f"    {table} = {table}.reset_index()")
                if node.checks:
                    arguments = ["without_overflow", quote(dict(node.checks))]
                    arguments.append(f"meta=empty({types_of(node.schema)})")
                    lines += call(f"{table}.map_partitions", arguments, 4, f"{table} = ")
                return lines
            case Distinct():
                return [f"    {table} = {first}.drop_duplicates()"]
            case Join():
                keys = quote([left for left, _ in step.on])
                other = self._name(node.tables[1])
                return [f'    {table} = {first}.merge({other}, how="{step.how}", on={keys})']
            case Sort():
                by = quote([key.column for key in step.order])
                up = quote([not key.descending for key in step.order])
                lines = [f"    {table} = {first}.sort_values({by}, ascending={up})"]
                if node.rows is not None:
                    head = f"{table}.head({node.rows}, npartitions=-1, compute=False)"
                    lines.append(f"    {table} = {head}")
                return lines


def _have_quotes(csv: Csv) -> str:
    """Whether files cannot be cut at any line break."""
    mark = "" if csv.quote == '"' else f", {csv.quote.encode()!r}"
    return f"have_quotes(paths{mark})"


class Job:
    imports = (
        "numpy",
        "pandas",
        "pyarrow.csv",
        "pyarrow.compute",
        "pyarrow.dataset",
        "pyarrow.parquet",
        "dask.dataframe",
    )

    def __init__(self, run: Run) -> None:
        naive = run.spec.profile == "naive"
        self.one_process = not naive
        self._program = program.of(run, compile)
        job = self._program.job
        self._files = Files(job, self._program.settings) if naive else None
        #: What pandas' reader, or the program's own, knows of a file's dialect.
        self._able = ("header", "skip_rows", "encoding") + ("comment",) * self.one_process
        self.shares_scratch = program.shares_scratch(job, self._able)

    def set_up(self, run: Run, cluster: Cluster) -> dict[str, Any]:
        return {}

    def work(self, run: Run, cluster: Cluster, watch: Watch) -> Answer:
        files = self._files  # Of what read_csv has read.
        run.afterwards = files.check if files else lambda: partitioned.check(self._program.job)

        def call(work: Callable[[], Any]) -> Any:  # noqa: ANN401 (a frame, or a folder)
            found: list[Any] = []
            watch.during(lambda: found.append(work()))
            return found[0]

        answer = program.work(
            run,
            self._program,
            call=call,
            reads_again=files.read_again
            if files
            else lambda failure: isinstance(failure, ValueError),
            words=partitioned.words,
            able=self._able,
        )
        watch.finish()
        return answer


def _is_unreadable(failure: Exception) -> bool:
    """A field that is no number."""
    return isinstance(failure, ValueError)
