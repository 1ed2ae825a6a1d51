"""How a program for pandas writes files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillway_adapters.query.arrow_types import ARROW
from spillway_adapters.query.python_layout import lines
from spillway_adapters.query.python_text import string as quoted

if TYPE_CHECKING:
    from spillway_adapters.query.pandas_code import Program


def write(program: Program, result: str) -> None:
    """Statements that write the table `result` into a folder, which they return."""
    output = program.job.output
    assert output is not None
    program.module("import os", "import pyarrow as pa", "import pyarrow.dataset as ds")
    kinds = {**ARROW, "date": "pa.date32()"}
    listed = ", ".join(f"({quoted(c)}, {kinds[k]})" for c, k in program.job.schema.items())
    program.constants += lines(f"RESULT_SCHEMA = pa.schema([{listed}])")
    result = program.flavour.answer.format(result)
    program.say(
        f"table = pa.Table.from_pandas({result}[RESULT_SCHEMA.names], preserve_index=False)"
    )
    program.say('folder = os.path.join(scratch, "output")')
    options = [f'format="{output.format}"']
    if output.format == "parquet":
        codec = output.codec
        options.append(
            f'file_options=ds.ParquetFileFormat().make_write_options(compression="{codec}")'
        )
        if output.row_group_rows:
            options.append(f"max_rows_per_group={output.row_group_rows}")
            options.append(f"min_rows_per_group={output.row_group_rows}")
    if output.partition_by:
        schema = "RESULT_SCHEMA.field({})"
        fields = ", ".join(schema.format(quoted(c)) for c in output.partition_by)
        options.append(f'partitioning=ds.partitioning(pa.schema([{fields}]), flavor="hive")')
    program.say(f"ds.write_dataset(table.cast(RESULT_SCHEMA), folder, {', '.join(options)})")
    program.say("return folder")
