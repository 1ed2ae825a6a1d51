import pyarrow
import pyarrow.csv
import ray
from ray.data.aggregate import Count, Mean

ray.init(
    num_cpus=WORKERS,
    object_store_memory=int(SETTINGS["object_store_memory"]),
    include_dashboard=False,
    log_to_driver=False,
)
ray.data.DataContext.get_current().enable_progress_bars = False
types = {GROUP_BY: pyarrow.string(), **dict.fromkeys(VALUES, pyarrow.float64())}
rows = ray.data.read_csv(
    FILES,
    file_extensions=None,
    read_options=pyarrow.csv.ReadOptions(
        column_names=COLUMNS, skip_rows_after_names=int(HEADER), use_threads=False
    ),
    parse_options=pyarrow.csv.ParseOptions(delimiter=DELIMITER, quote_char=QUOTE or False),
    convert_options=pyarrow.csv.ConvertOptions(include_columns=list(types), column_types=types),
)
if LOADED:
    rows = rows.materialize()
wanted = [Count(alias_name="rows"), *(Mean(name, alias_name=f"mean {name}") for name in VALUES)]
means = rows.groupby(GROUP_BY).aggregate(*wanted).take_all()
for group in sorted(means, key=lambda group: group[GROUP_BY]):
    print(group[GROUP_BY], group["rows"], *(group[f"mean {name}"] for name in VALUES))
