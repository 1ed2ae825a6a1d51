"""Arrow batches of a label and features, as blocks of the regression. Labels are raw text, or of
Parquet values that are spelled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow

from spillway_adapters import parquet_rows
from spillway_adapters.logreg import regression
from spillway_adapters.logreg.regression import Block
from spillway_adapters.spec import Dataset


class RowReader:
    """Assigns numbers to labels in order of appearance."""

    def __init__(self, dataset: Dataset, features: int) -> None:
        self._dataset = dataset
        self.features = features
        self.labels: dict[str, int] = {}

    def block(self, batch: pyarrow.RecordBatch) -> Block:
        """Rows without a missing feature or label, from columns label, feature, feature, …"""
        label = batch.column(0).dictionary_encode("encode")
        texts = parquet_rows.spelled(label.dictionary).to_pylist()
        codes = np.array(
            [self.labels.setdefault(text, len(self.labels)) for text in texts], np.int64
        )
        present = regression.label_present(texts, self._dataset)
        indices = label.indices.to_numpy()
        columns = [batch.column(j + 1).to_numpy(zero_copy_only=False) for j in range(self.features)]
        features = np.column_stack(columns)
        kept = present[indices] & ~np.isnan(features).any(axis=1)
        if kept.all():
            return Block(features, codes[indices])
        return Block(features[kept], codes[indices[kept]])

    def numbers(self, classes: list[str]) -> npt.NDArray[np.int64]:
        """The class number of each label."""
        place = {text: k for k, text in enumerate(classes)}
        return np.array([place.get(text, -1) for text in self.labels], np.int64)
