"""What a function of the language takes and gives: parameters, types, tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from spillway_adapters.query.language import Constant, Type

Kind = Literal["operator", "function", "aggregate", "window"]
Tier = Literal["core", "wide"]

TYPES: tuple[Type, ...] = get_args(Type)
NUMBER: tuple[Type, ...] = ("int64", "float64")
DAY: tuple[Type, ...] = ("date", "timestamp")
#: What has an order that every engine agrees on.
ORDERED: tuple[Type, ...] = ("int64", "float64", "text", "date", "timestamp")

DATE_UNITS = ("year", "quarter", "month", "week", "day")
UNITS = (*DATE_UNITS, "hour", "minute", "second")


@dataclass(frozen=True)
class Parameter:
    """`types` that are taken; an int64 is widened where only float64 is. A `constant` stands in the
    job as a literal: engines want it when they plan."""

    name: str
    types: tuple[Type, ...]
    constant: bool = False
    low: float | None = None  #: of a constant number
    high: float | None = None
    words: tuple[str, ...] = ()  #: of a constant text: one of these
    empty: bool = True  #: a constant text may be empty
    pattern: bool = False  #: a constant text that is a regular expression
    optional: bool = False
    default: int | str | None = None  #: of an optional one; nothing: it is left away
    repeated: bool = False  #: the last one, once or more


@dataclass(frozen=True)
class Function:
    """`result`: a type, or "same": that of the arguments, which are widened to one type when
    `unify`."""

    name: str
    kind: Kind
    tier: Tier
    parameters: tuple[Parameter, ...]
    result: Type | Literal["same"]
    text: str  #: what it does, in a sentence
    unify: bool = False
    written: str = ""  #: of an operator: how it is written
    ordered: bool = False  #: of a window function: the window needs an order


def default_of(parameter: Parameter) -> Constant:
    return Constant(parameter.default, "text" if isinstance(parameter.default, str) else "int64")


def each_parameter(parameters: tuple[Parameter, ...], count: int) -> list[Parameter]:
    """One for every argument: the last is repeated."""
    return [parameters[min(i, len(parameters) - 1)] for i in range(count)]


def parameter(name: str, *types: Type, **more: object) -> Parameter:
    return Parameter(name, types or TYPES, **more)  # type: ignore[arg-type]


def number(name: str = "x") -> Parameter:
    return parameter(name, *NUMBER)


def real(name: str = "x") -> Parameter:
    return parameter(name, "float64")


def text(name: str = "s") -> Parameter:
    return parameter(name, "text")


def word(name: str, **more: object) -> Parameter:
    return parameter(name, "text", constant=True, **more)


def count(name: str, low: int, **more: object) -> Parameter:
    return parameter(name, "int64", constant=True, low=low, **{"high": 1_000_000, **more})


def core(
    name: str,
    parameters: tuple[Parameter, ...],
    result: Type | Literal["same"],
    text: str,
    *,
    unify: bool = False,
) -> Function:
    """A function of one row in every engine."""
    return Function(name, "function", "core", parameters, result, text, unify)


def wide(
    name: str,
    parameters: tuple[Parameter, ...],
    result: Type | Literal["same"],
    text: str,
    *,
    unify: bool = False,
) -> Function:
    """One that not every engine has to have."""
    return Function(name, "function", "wide", parameters, result, text, unify)


def aggregate(
    name: str, parameters: tuple[Parameter, ...], result: Type | Literal["same"], text: str
) -> Function:
    return Function(name, "aggregate", "core", parameters, result, text)


def window(
    name: str,
    tier: Tier,
    parameters: tuple[Parameter, ...],
    result: Type | Literal["same"],
    text: str,
    *,
    ordered: bool = False,
) -> Function:
    return Function(name, "window", tier, parameters, result, text, ordered=ordered)
