"""Programs for Ray Core: tasks over parts of files and partitions."""

from __future__ import annotations

from spillway_adapters.query import partitioned, stages
from spillway_adapters.query.language import Input, Settings
from spillway_adapters.query.language import Job as QueryJob
from spillway_adapters.query.partitioned import Functions, call, quote, types_of
from spillway_adapters.query.stages import Both, Feed, Native, Stage

MAIN = """if __name__ == "__main__":
    # Of objects, the store holds less than a third of the memory, and spills the others.
    store = MEMORY_BYTES and max(int(MEMORY_BYTES * 0.3), 78_643_200)
    spill = str(Path("scratch").absolute())
    ray.init("local", num_cpus=WORKERS, object_store_memory=store, object_spilling_directory=spill)
    print(run(INPUTS, WORKERS, MEMORY_BYTES, "scratch"))"""


class Tasks:
    """The program for Ray Core."""

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
        # Tables put together are made by no task.
        made = {node.name for node in self._plan.nodes if isinstance(node, Stage)}
        return {
            table: feeds[0].keys
            for table, feeds in takers.items()
            if len(feeds) == 1 and feeds[0] is not None and feeds[0].how == "hash"
            if self._partitions > 1 and table in made
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
