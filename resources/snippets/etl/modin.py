import os

# Modin reads these when it is imported.
os.environ["MODIN_ENGINE"] = "ray"
os.environ["MODIN_CPUS"] = str(WORKERS)

import modin.pandas as pd
from modin.utils import execute

start_ray()
options = csv_options(GROUP_BY, VALUES)
rows = pd.concat([pd.read_csv(path, **options) for path in FILES], ignore_index=True)
if MATERIALISE == "loaded":
    execute(rows)
groups = rows.groupby(GROUP_BY)
counts = groups.size().modin.to_pandas()
means = groups[VALUES].mean().modin.to_pandas()
for key in counts.index:
    print(key, counts[key], *means.loc[key])
