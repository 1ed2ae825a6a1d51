"""Functions of SQL: what each is in the pipeline. What is not here is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from spillway_adapters.query.sql_import import days
from spillway_adapters.query.sql_import.casts import cast_to
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import (
    COMPARE,
    PRODUCT,
    SUM,
    Piece,
    call,
    operation,
    text_literal,
)

Writer = Any
Handler = Callable[[Writer, exp.Expression], Piece]


#: What the parser notes that changes nothing for DuckDB.
_NOTES = frozenset(["safe", "coalesce", "ignore_nulls", "null_if_pos_overflow", "single_replace"])


def only(node: exp.Expression, *keys: str) -> None:
    """Refuses a function with arguments that would go unread."""
    for key, value in node.args.items():
        if value and key not in keys and key not in _NOTES:
            name = node.sql_name().lower() if isinstance(node, exp.Func) else node.key
            refuse(node, f"{name}() with {key.replace('_', ' ')} is not supported")


def _plain(name: str, type: str | None, *keys: str) -> Handler:
    """A function with the same arguments. Without a type: that of the first one."""

    def write(writer: Writer, node: exp.Expression) -> Piece:
        only(node, *keys)
        parts = [writer.write(node.args[k]) for k in keys if node.args.get(k) is not None]
        return call(name, type or parts[0].type, *parts)

    return write


def _texts(name: str, type: str, *keys: str) -> Handler:
    """A function of texts: SQL makes texts of numbers there."""

    def write(writer: Writer, node: exp.Expression) -> Piece:
        only(node, *keys)
        parts = [
            cast_to(writer.write(node.args[k]), "text", node.args[k])
            for k in keys
            if node.args.get(k) is not None
        ]
        return call(name, type, *parts)

    return write


def _part(unit: str) -> Handler:
    return lambda writer, node: days.part(writer, unit, node.this, node)


def _named_part(unit: str) -> Handler:
    return lambda writer, node: days.part(writer, unit, _arguments(node, 1)[0], node)


def _arguments(node: exp.Anonymous, count: int) -> list[exp.Expression]:
    if len(node.expressions) != count:
        refuse(node, f"{node.name}() takes {count} arguments")
    return node.expressions


def _all(node: exp.Expression) -> list[exp.Expression]:
    return ([node.this] if node.this is not None else []) + list(node.expressions)


def _coalesce(writer: Writer, node: exp.Coalesce) -> Piece:
    pieces, type = writer.unified(_all(node))
    pieces = [p for p in pieces if p.text != "null"] or pieces
    return pieces[0] if len(pieces) == 1 else call("coalesce", type, *pieces)


def _extreme(name: str) -> Handler:
    def write(writer: Writer, node: exp.Expression) -> Piece:
        pieces, type = writer.unified(_all(node))
        return call(name, type, *pieces)

    return write


def _nullif(writer: Writer, node: exp.Nullif) -> Piece:
    left, right = writer.pair(node)
    return call("nullif", left.type, left, right)


def _concat(writer: Writer, node: exp.Concat) -> Piece:
    pieces = [cast_to(writer.write(n), "text", n) for n in node.expressions]
    return pieces[0] if len(pieces) == 1 else call("concat", "text", *pieces)


def _pipes(writer: Writer, node: exp.DPipe) -> Piece:
    pieces = [cast_to(writer.write(n), "text", n) for n in (node.this, node.expression)]
    return operation(SUM, "text", "{} || {}", *pieces)


def _round(writer: Writer, node: exp.Round) -> Piece:
    only(node, "this", "decimals")
    value, digits = writer.write(node.this), node.args.get("decimals")
    if digits is None:
        return call("round", value.type, value)
    return call("round", value.type, value, writer.write(digits))


def _log(writer: Writer, node: exp.Log) -> Piece:
    if node.expression is None:
        # DuckDB's log() is that to base 10.
        return call("log10", "float64", writer.write(node.this))
    base, value = writer.write(node.this), writer.write(node.expression)
    if base.text in ("2", "10"):
        return call(f"log{base.text}", "float64", value)
    return operation(
        PRODUCT, "float64", "{} / {}", call("ln", "float64", value), call("ln", "float64", base)
    )


def _substring(writer: Writer, node: exp.Substring) -> Piece:
    only(node, "this", "start", "length")
    value = cast_to(writer.write(node.this), "text", node.this)
    parts = [value]
    for key in ("start", "length"):
        part = node.args.get(key)
        if part is None:
            continue
        if not isinstance(part, exp.Literal) or (key == "start" and part.this == "0"):
            refuse(part, f"The {key} of substring() must be a number from the left")
        parts.append(writer.write(part))
    return call("substr", "text", *parts)


def _slice(writer: Writer, node: exp.Bracket) -> Piece:
    """text[2:3]."""
    part = node.expressions[0]
    value = writer.write(node.this)
    if not isinstance(part, exp.Slice) or value.type != "text" or part.args.get("step"):
        refuse(node, "Lists and their elements are not supported")
    bounds = [part.this, part.expression]
    if not all(b is None or (isinstance(b, exp.Literal) and b.this.isdigit()) for b in bounds):
        refuse(node, "A slice whose bounds are no numbers")
    start, end = [int(b.this) if b is not None else None for b in bounds]
    start = max(start or 1, 1)
    parts = [value, Piece(str(start), "int64")]
    if end is not None:
        parts.append(Piece(str(max(end - start + 1, 0)), "int64"))
    return call("substr", "text", *parts)


def _end(name: str) -> Handler:
    """left() and right(); a negative number is not taken."""

    def write(writer: Writer, node: exp.Expression) -> Piece:
        count = node.expression
        if not isinstance(count, exp.Literal):
            refuse(node, f"{name}() needs a number")
        value = cast_to(writer.write(node.this), "text", node.this)
        return call(name, "text", value, writer.write(count))

    return write


def _trim(writer: Writer, node: exp.Trim) -> Piece:
    only(node, "this", "expression", "position")
    if node.expression is not None:
        refuse(node, "trim() of other characters than spaces", "Use regexp_replace().")
    value = cast_to(writer.write(node.this), "text", node.this)
    side = (node.args.get("position") or "").upper()
    if not side or side == "BOTH":
        return call("trim", "text", value)
    pattern = "'^ +'" if side == "LEADING" else "' +$'"
    return call("regexp_replace", "text", value, Piece(pattern, "text"), Piece("''", "text"))


def _like(writer: Writer, node: exp.Like | exp.ILike) -> Piece:
    only(node, "this", "expression")
    value = cast_to(writer.write(node.this), "text", node.this)
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        refuse(pattern, "The pattern of LIKE must be a literal")
    text = pattern.this
    if isinstance(node, exp.ILike):
        value, text = call("lower", "text", value), text.lower()
    inner = text.strip("%")
    if "%" not in inner and "_" not in inner and inner:
        # What every engine has, where it says the same.
        literal = Piece(text_literal(inner), "text")
        if text == inner:
            return operation(COMPARE, "bool", "{} = {}", value, literal)
        if text.startswith("%") and text.endswith("%"):
            return call("contains", "bool", value, literal)
        if text.endswith("%"):
            return call("starts_with", "bool", value, literal)
        return call("ends_with", "bool", value, literal)
    high = value.at(COMPARE + 1)
    return Piece(f"{high} like {text_literal(text)}", "bool", COMPARE, value.columns)


def _pattern(node: exp.Expression, name: str) -> str:
    if not isinstance(node, exp.Literal) or not node.is_string:
        refuse(node, f"The pattern of {name}() must be a literal")
    return node.this


def _matches(writer: Writer, node: exp.RegexpLike) -> Piece:
    only(node, "this", "expression", "flag")
    _refuse_options(node, node.args.get("flag"), "regexp_matches")
    pattern = _pattern(node.expression, "regexp_matches")
    return call("regexp_matches", "bool", writer.write(node.this), _text(pattern))


def _full_match(writer: Writer, node: exp.Expression) -> Piece:
    only(node, "this", "expression")
    pattern = _pattern(node.expression, "regexp_full_match")
    return call("regexp_matches", "bool", writer.write(node.this), _text(f"^(?:{pattern})$"))


def _regexp_replace(writer: Writer, node: exp.RegexpReplace) -> Piece:
    only(node, "this", "expression", "replacement", "modifiers")
    options = node.args.get("modifiers")
    everything = options is not None and options.name == "g"
    if options is not None and not everything:
        refuse(options, f"The option '{options.name}' of regexp_replace() is not supported")
    parts = [
        writer.write(node.this),
        _text(_pattern(node.expression, "regexp_replace")),
        writer.write(node.args["replacement"]),
    ]
    if everything:
        parts.append(_text("all"))
    return call("regexp_replace", "text", *parts)


def _regexp_extract(writer: Writer, node: exp.RegexpExtract) -> Piece:
    only(node, "this", "expression", "group", "parameters")
    _refuse_options(node, node.args.get("parameters"), "regexp_extract")
    pattern = _pattern(node.expression, "regexp_extract")
    parts = [writer.write(node.this), _text(pattern)]
    if node.args.get("group") is not None:
        parts.append(writer.write(node.args["group"]))
    return call("regexp_extract", "text", *parts)


def _refuse_options(node: exp.Expression, options: exp.Expression | None, name: str) -> None:
    if options is not None:
        refuse(node, f"Options of {name}() are not supported")


def _text(text: str) -> Piece:
    return Piece(text_literal(text), "text")


def _extract(writer: Writer, node: exp.Extract) -> Piece:
    only(node, "this", "expression")
    return days.part(writer, days.unit_of(node.this, node), node.expression, node)


def _date_part(writer: Writer, node: exp.Anonymous) -> Piece:
    unit, value = _arguments(node, 2)
    return days.part(writer, days.unit_of(unit, node), value, node)


def _truncate(writer: Writer, node: exp.Expression) -> Piece:
    only(node, "this", "unit")
    return days.truncated(writer, days.unit_of(node.args.get("unit"), node), node.this, node)


def _difference(writer: Writer, node: exp.DateDiff) -> Piece:
    only(node, "this", "expression", "unit", "date_part_boundary")
    unit = days.unit_of(node.args.get("unit"), node)
    return days.difference(writer, unit, node.expression, node.this, node)


def _date_add(writer: Writer, node: exp.DateAdd) -> Piece:
    return writer.write(exp.Add(this=node.this.copy(), expression=node.expression.copy()))


def _format(writer: Writer, node: exp.TimeToStr) -> Piece:
    only(node, "this", "format")
    return days.formatted(writer, node.this, _pattern(node.args["format"], "strftime"), node)


def _time(writer: Writer, node: exp.TimeToUnix) -> Piece:
    return days.part(writer, "epoch", node.this, node)


def _pick(handler: Callable[[Writer, list[exp.Expression], exp.Expression], Piece],
          count: int) -> Handler:  # fmt: skip
    return lambda writer, node: handler(writer, _arguments(node, count), node)


def _ends(name: str) -> Handler:
    def write(writer: Writer, arguments: list[exp.Expression], _: exp.Expression) -> Piece:
        return call(name, "bool", *(writer.write(a) for a in arguments))

    return _pick(write, 2)


def _epoch_us(writer: Writer, arguments: list[exp.Expression], _: exp.Expression) -> Piece:
    value = days.moment(writer, arguments[0])
    return call("epoch_us", "int64", cast_to(value, "timestamp", arguments[0]))


def _isnull(writer: Writer, arguments: list[exp.Expression], _: exp.Expression) -> Piece:
    return writer.write(exp.Is(this=arguments[0].copy(), expression=exp.Null()))


def _bytes(writer: Writer, node: exp.Expression) -> Piece:
    refuse(node, "strlen() counts bytes, which is not in the language", "Use length().")


#: By sqlglot's class.
CALLS: dict[type[exp.Expression], Handler] = {
    exp.Abs: _plain("abs", None, "this"),
    exp.Sqrt: _plain("sqrt", "float64", "this"),
    exp.Ln: _plain("ln", "float64", "this"),
    exp.Exp: _plain("exp", "float64", "this"),
    exp.Floor: _plain("floor", None, "this"),
    exp.Ceil: _plain("ceil", None, "this"),
    exp.Trunc: _plain("trunc", None, "this"),
    exp.Sign: _plain("sign", "int64", "this"),
    exp.Pow: _plain("pow", "float64", "this", "expression"),
    exp.Round: _round,
    exp.Log: _log,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Greatest: _extreme("greatest"),
    exp.Least: _extreme("least"),
    exp.Length: _texts("length", "int64", "this"),
    exp.Lower: _texts("lower", "text", "this"),
    exp.Upper: _texts("upper", "text", "this"),
    exp.Substring: _substring,
    exp.Bracket: _slice,
    exp.Left: _end("left"),
    exp.Right: _end("right"),
    exp.Trim: _trim,
    exp.Replace: _texts("replace", "text", "this", "expression", "replacement"),
    exp.StrPosition: _texts("position", "int64", "this", "substr"),
    exp.Contains: _texts("contains", "bool", "this", "expression"),
    exp.StartsWith: _texts("starts_with", "bool", "this", "expression"),
    exp.EndsWith: _texts("ends_with", "bool", "this", "expression"),
    exp.Concat: _concat,
    exp.DPipe: _pipes,
    exp.Like: _like,
    exp.ILike: _like,
    exp.RegexpLike: _matches,
    exp.RegexpFullMatch: _full_match,
    exp.SimilarTo: _full_match,
    exp.RegexpReplace: _regexp_replace,
    exp.RegexpExtract: _regexp_extract,
    exp.Extract: _extract,
    exp.Year: _part("year"),
    exp.Quarter: _part("quarter"),
    exp.Month: _part("month"),
    exp.Week: _part("week"),
    exp.WeekOfYear: _part("week"),
    exp.Day: _part("day"),
    exp.DayOfMonth: _part("day"),
    exp.DayOfYear: _part("doy"),
    exp.DayOfWeek: _part("dow"),
    exp.DayOfWeekIso: _part("isodow"),
    exp.Hour: _part("hour"),
    exp.Minute: _part("minute"),
    exp.Second: _part("second"),
    exp.TimestampTrunc: _truncate,
    exp.DateTrunc: _truncate,
    exp.DateDiff: _difference,
    exp.DateAdd: _date_add,
    exp.LastDay: lambda writer, node: days.last_day(writer, node.this),
    exp.DateFromParts: _plain("make_date", "date", "year", "month", "day"),
    exp.TimeToStr: _format,
    exp.TimeToUnix: _time,
}

#: Those without a class, by DuckDB's name.
NAMED: dict[str, Handler] = {
    "date_part": _date_part,
    "datepart": _date_part,
    "weekday": _named_part("dow"),
    "epoch_us": _pick(_epoch_us, 1),
    "prefix": _ends("starts_with"),
    "suffix": _ends("ends_with"),
    "isnull": _pick(_isnull, 1),
    "strlen": _bytes,
    "octet_length": _bytes,
}
