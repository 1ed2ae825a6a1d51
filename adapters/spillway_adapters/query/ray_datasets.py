"""Programs for Ray Data."""

from __future__ import annotations

from spillway_adapters.query import partitioned
from spillway_adapters.query.language import (
    Column,
    Csv,
    Group,
    Input,
    Schema,
    Sort,
    columns_as_text,
)
from spillway_adapters.query.partitioned import call, quote, types_of
from spillway_adapters.query.ray_tasks import Tasks
from spillway_adapters.query.stages import Both, Native, Stage

#: All rows of a number in one block.
TOGETHER = "repartition(GROUPS, keys=[NUMBER])"


class Datasets(Tasks):
    """Ray Data: read_csv or read_parquet, map_batches, repartition, groupby, sort. Rows with equal
    keys come together in a block by a number made of the keys: by the keys themselves Ray Data
    would give each null a group of its own, and its join needs another engine, Polars. Not by
    map_groups(), which sorts each block besides, and fails at one without rows (Ray 2.60)."""

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
                    *batches(table, f"{table}.{TOGETHER}", "on_group", more),
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
        together = f"{sides[0]}.union({sides[1]}).{TOGETHER}"
        return lines + batches(table, together, "on_pair", options)


def batches(
    table: str, source: str, function: str, more: dict[str, str] | None = None
) -> list[str]:
    """Of whole blocks."""
    options = [function]
    if more:
        options.append("fn_kwargs={" + ", ".join(f'"{n}": {v}' for n, v in more.items()) + "}")
    options += ['batch_format="pyarrow"', "batch_size=None"]
    return call(f"{source}.map_batches", options, 4, f"{table} = ")
