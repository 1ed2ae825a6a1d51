"""A difference made smaller: fewer steps, columns, rows and parts of expressions, as long as the
same two engines still differ."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import query_cases
from query_cases import Case, Table
from spillway_adapters.query import expression_text, language
from spillway_adapters.query import job as jobs

if TYPE_CHECKING:
    from query_fuzz import Runner, Verdict
    from query_fuzz_engines import Said
    from query_fuzz_jobs import Made

#: Of one difference.
TRIES = 250
SECONDS = 60.0
#: Fields of steps that hold expressions by the name of their column.
HOLDERS = {"derive": lambda step: step["derive"], "group": lambda step: step["group"]["agg"],
           "window": lambda step: step["window"]["cols"]}  # fmt: skip


def lines(runner: Runner, made: Made, verdict: Verdict) -> list[str]:
    """About the first engine that is wrong: the smallest job that was found."""
    name = next(iter(verdict.wrong))
    other = verdict.reference if verdict.reference != name else ""
    other = other or next((one for one in runner.names if one != name), "")
    smaller = Smaller(runner, made, name, other, _kind(verdict.wrong[name]))
    small = smaller.found()
    verdict, said = runner.whole(small, smaller.names)
    text = [f"smallest of {smaller.tries} ({small.files}; {small.variant}):"]
    text.append(f"  {json.dumps(small.case.pipeline, ensure_ascii=False)}")
    for table, rows in small.case.tables.items():
        text.append(f"  {table} {table_types(rows)}")
        text += [f"    {line}" for line in query_cases.csv_text(rows).splitlines()[:8]]
    text += [f"  {one} {why}" for one, why in verdict.wrong.items()]
    text.append(f"  {as_case(small, said.get(smaller.names[0]))}")
    for one, answer in said.items():
        text.append(f"  {one}: {(answer.rows or answer.failed or answer.refused)!r}"[:400])
    return text


def as_case(made: Made, said: Said | None) -> str:
    """For query_found.json, when its answer has been looked at."""
    case = made.case
    tables = {
        name: {"columns": t.columns, "rows": [list(map(query_cases.plain, r)) for r in t.rows]}
        for name, t in case.tables.items()
    }
    fields = {"name": case.name, "tables": tables, "let": case.let, "steps": case.steps}
    columns = list(jobs.parse(case.pipeline, _inputs(case)).schema)
    expected = None if said is None else said.rows
    return json.dumps({**fields, "columns": columns, "expected": expected}, ensure_ascii=False)


def table_types(table: Table) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in table.columns.items())


def _kind(wrong: str) -> str:
    """What has to stay."""
    return " ".join(wrong.split()[:2]) if wrong.startswith("failed") else wrong.split()[0]


class Smaller:
    def __init__(self, runner: Runner, made: Made, name: str, other: str, kind: str) -> None:
        self._runner, self._made = runner, made
        self._name, self._kind = name, kind
        self.names = [other, name] if other else [name]
        self.tries, self._end = 0, time.monotonic() + SECONDS

    def found(self) -> Made:
        before = None
        while before is not self._made and self._has_time():
            before = self._made
            self._try_all(self._without_steps)
            self._try_all(self._without_columns)
            self._rows()
            self._try_all(self._simpler)
        self._try_all(self._narrower)
        return self._made

    def _has_time(self) -> bool:
        return self.tries < TRIES and time.monotonic() < self._end

    def _try_all(self, candidates: Any) -> None:  # noqa: ANN401
        """Again from the beginning after each that is kept."""
        kept = True
        while kept and self._has_time():
            kept = any(self._try(case) for case in candidates(self._made.case))

    def _try(self, case: Case) -> bool:
        if not self._has_time():
            return False
        made = dataclasses.replace(self._made, case=case)
        try:
            if not _certain(case):
                return False
            self.tries += 1
            verdict, _ = self._runner.whole(made, self.names)
        except (jobs.BadJob, KeyError, StopIteration):
            return False
        wrong = verdict.wrong.get(self._name, "")
        if not wrong or _kind(wrong) != self._kind:
            return False
        self._made = made
        return True

    # --- Candidates ------------------------------------------------------------------------------

    def _without_steps(self, case: Case) -> Iterator[Case]:
        for name in case.let:
            yield dataclasses.replace(case, let={n: s for n, s in case.let.items() if n != name})
        if case.output is not None:
            yield dataclasses.replace(case, output=None)
        for count in range(1, len(case.steps)):  # a whole beginning first
            yield dataclasses.replace(case, steps=case.steps[:count])
        for steps, put in _lists(case):
            for place in reversed(range(1, len(steps))):
                yield put([*steps[:place], *steps[place + 1 :]])
                if "limit" in steps[place]:
                    yield put([*steps[: place - 1], *steps[place + 1 :]])

    def _without_columns(self, case: Case) -> Iterator[Case]:
        for steps, put in _lists(case):
            for place, step in enumerate(steps):
                kind = next(iter(step))
                if kind in HOLDERS:
                    for column in HOLDERS[kind](step):
                        fewer = copy.deepcopy(step)
                        del HOLDERS[kind](fewer)[column]
                        yield put([*steps[:place], fewer, *steps[place + 1 :]])
                elif kind in ("select", "sort") and isinstance(step[kind], list):
                    for one in step[kind]:
                        fewer = {kind: [other for other in step[kind] if other is not one]}
                        yield put([*steps[:place], fewer, *steps[place + 1 :]])

    def _simpler(self, case: Case) -> Iterator[Case]:
        """A part of an expression in its place."""
        parsed = jobs.parse(case.pipeline, _inputs(case))
        typed = [*parsed.let.values(), parsed.steps]
        kept = [name for name in case.let if name in parsed.let]
        lists = dict(zip([*kept, None], typed, strict=True))
        for (steps, put), name in zip(_lists(case), [*case.let, None], strict=True):
            own = lists.get(name, ())
            if len(own) != len(steps):
                continue
            for place, (step, known) in enumerate(zip(steps, own, strict=True)):
                for other in _parts(step, known):
                    yield put([*steps[:place], other, *steps[place + 1 :]])

    def _narrower(self, case: Case) -> Iterator[Case]:
        """Without columns of tables."""
        for name, table in case.tables.items():
            for place, column in enumerate(table.columns):
                if len(table.columns) == 1:
                    break
                columns = {n: kind for n, kind in table.columns.items() if n != column}
                rows = [(*row[:place], *row[place + 1 :]) for row in table.rows]
                tables = {**case.tables, name: Table(columns, rows)}
                yield dataclasses.replace(case, tables=tables)

    def _rows(self) -> None:
        for name in self._made.case.tables:
            size = len(self._made.case.tables[name].rows)
            while size and self._has_time():
                size = min(size, len(self._made.case.tables[name].rows))
                for begin in range(0, len(self._made.case.tables[name].rows), max(size, 1)):
                    table = self._made.case.tables[name]
                    rows = [*table.rows[:begin], *table.rows[begin + size :]]
                    if len(rows) == len(table.rows):
                        continue
                    tables = {**self._made.case.tables, name: Table(table.columns, rows)}
                    if self._try(dataclasses.replace(self._made.case, tables=tables)):
                        break
                else:
                    size //= 2


def _lists(case: Case) -> Iterator[tuple[list[dict[str, Any]], Any]]:
    for name, steps in case.let.items():
        yield (
            steps,
            lambda new, name=name: dataclasses.replace(case, let={**case.let, name: new}),
        )
    yield case.steps, lambda new: dataclasses.replace(case, steps=new)


def _parts(step: dict[str, Any], known: language.Step) -> Iterator[dict[str, Any]]:
    match known:
        case language.Filter():
            for text in _smaller_texts(known.condition):
                yield {"filter": text}
        case language.Derive():
            for name, expression in known.columns.items():
                for text in _smaller_texts(expression):
                    yield {"derive": {**step["derive"], name: text}}
        case language.Group() | language.Window():
            kind = "group" if isinstance(known, language.Group) else "window"
            calls = known.aggregates if isinstance(known, language.Group) else known.columns
            for name, call in calls.items():
                if call.argument is None:
                    continue
                for part in _smaller(call.argument):
                    fewer = copy.deepcopy(step)
                    new = dataclasses.replace(call, argument=part)
                    HOLDERS[kind](fewer)[name] = expression_text.text(new)
                    yield fewer


def _smaller_texts(expression: language.Expression) -> Iterator[str]:
    return map(expression_text.text, _smaller(expression))


def _smaller(expression: language.Expression) -> Iterator[language.Expression]:
    """Parts of its type, then the same with a part of one of its arguments."""
    if not isinstance(expression, language.Call):
        return
    for argument in expression.arguments:
        if argument.type == expression.type:
            yield argument
    for place, argument in enumerate(expression.arguments):
        for part in _smaller(argument):
            before, after = expression.arguments[:place], expression.arguments[place + 1 :]
            yield dataclasses.replace(expression, arguments=(*before, part, *after))


def _certain(case: Case) -> bool:
    """Whether no limit within the job keeps rows by chance: its sort is by every column, unless it
    is the last step."""
    parsed = jobs.parse(case.pipeline, _inputs(case))
    for steps in (*parsed.let.values(), parsed.steps):
        for before, step in itertools.pairwise(steps):
            if isinstance(step, language.Limit) and (step is not parsed.steps[-1]):
                assert isinstance(before, language.Sort)
                if {one.column for one in before.order} != set(step.schema):
                    return False
    return True


def _inputs(case: Case) -> dict[str, language.Input]:
    """Without files."""
    return {
        name: language.Input(name, (), "csv", dict(t.columns), tuple(t.columns), language.Csv())
        for name, t in case.tables.items()
    }
