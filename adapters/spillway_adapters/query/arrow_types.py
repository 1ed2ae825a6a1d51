"""Arrow's types, as pandas' programs name them."""

from __future__ import annotations

from spillway_adapters.query.language import Type

ARROW: dict[Type, str] = {
    "int64": "pa.int64()",
    "float64": "pa.float64()",
    "text": "pa.string()",
    "bool": "pa.bool_()",
    "date": 'pa.timestamp("us")',
    "timestamp": 'pa.timestamp("us")',
}
