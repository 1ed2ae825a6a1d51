"""Which steps and functions random jobs have reached, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from spillway_adapters.query import functions
from spillway_adapters.query.language import (
    Aggregate,
    Attach,
    Call,
    Derive,
    Distinct,
    Expression,
    Filter,
    From,
    Group,
    Job,
    Join,
    Limit,
    Select,
    Sort,
    Step,
    Union,
    Window,
    WindowCall,
)

STEPS = (From, Filter, Derive, Select, Join, Attach, Union, Group, Distinct, Window, Sort, Limit)
JOINS = ("inner", "left", "full", "semi", "anti", "anti, null-aware")
#: Casts that no compiler sees: they become comparisons with 0, and two casts.
REWRITTEN = (("int64", "bool"), ("float64", "bool"), ("bool", "float64"))
FRAMES = ("all", "range", "rows", "a number")


class Coverage:
    def __init__(self) -> None:
        every = [f"{type.__name__.lower()} (step)" for type in STEPS]
        every += [f"{how} (join)" for how in JOINS]
        every += [f"{frame} (frame)" for frame in FRAMES]
        every += [f"{one.name} ({one.kind})" for one in functions.ALL]
        every += [f"{a} to {b} (cast)" for a, b in functions.CASTS if (a, b) not in REWRITTEN]
        every += ["nulls first (order)", "offset (limit)", "case (operator)", "date_add (operator)"]
        every += ["csv (output)", "parquet (output)", "partitioned (output)"]
        self.counts: Counter[str] = Counter(dict.fromkeys(every, 0))

    def add(self, job: Job) -> None:
        found: set[str] = set()
        for steps in (*job.let.values(), job.steps):
            for step in steps:
                self._step(step, found)
        if job.output is not None:
            found.add(f"{job.output.format} (output)")
            found |= {"partitioned (output)"} if job.output.partition_by else set()
        self.counts.update(found)

    def _step(self, step: Step, found: set[str]) -> None:
        found.add(f"{type(step).__name__.lower()} (step)")
        match step:
            case Filter():
                self._expression(step.condition, found)
            case Derive():
                for expression in step.columns.values():
                    self._expression(expression, found)
            case Join():
                found.add(f"{step.how}{', null-aware' * step.null_aware} (join)")
            case Group():
                for wanted in step.aggregates.values():
                    self._call(wanted, "aggregate", found)
            case Window():
                frame = "a number" if isinstance(step.frame, int) else step.frame
                found.add(f"{frame} (frame)")
                for call in step.columns.values():
                    self._call(call, "window", found)
            case Limit():
                found |= {"offset (limit)"} if step.offset else set()
        if isinstance(step, Window | Sort) and any(key.nulls_first for key in step.order):
            found.add("nulls first (order)")

    def _call(self, call: Aggregate | WindowCall, kind: str, found: set[str]) -> None:
        found.add(f"{call.name} ({kind})")
        if call.argument is not None:
            self._expression(call.argument, found)

    def _expression(self, expression: Expression, found: set[str]) -> None:
        if not isinstance(expression, Call):
            return
        if expression.name == "cast":
            found.add(f"{expression.arguments[0].type} to {expression.type} (cast)")
        else:
            kind = "operator" if expression.name in functions.OPERATORS else "function"
            kind = "operator" if expression.name == "case" else kind
            found.add(f"{expression.name} ({kind})")
        for argument in expression.arguments:
            self._expression(argument, found)

    def lines(self) -> Iterator[str]:
        reached = sum(count > 0 for count in self.counts.values())
        yield f"Reached {reached} of {len(self.counts)} steps, functions, casts, joins and frames."
        least = sorted(self.counts.items(), key=lambda item: item[1])[:12]
        yield "Seldom: " + ", ".join(f"{name} {count}" for name, count in least) + "."
