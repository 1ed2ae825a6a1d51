"""Expressions of SQL as expressions of the pipeline."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from spillway_adapters.query.sql_import import days, literals
from spillway_adapters.query.sql_import.calls import CALLS, NAMED
from spillway_adapters.query.sql_import.casts import cast, cast_to
from spillway_adapters.query.sql_import.places import refuse
from spillway_adapters.query.sql_import.relation import (
    AND,
    COMPARE,
    NOT,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    Piece,
    Relation,
    call,
    operation,
    uses,
)
from spillway_adapters.query.sql_import.trees import is_aggregate

_COMPARE = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_ARITHMETIC = {exp.Add: (SUM, "+"), exp.Sub: (SUM, "-"), exp.Mul: (PRODUCT, "*")}
NULL = Piece("null", None)


class Writer:
    """Writes expressions over one relation."""

    def __init__(self, relation: Relation) -> None:
        self._relation = relation

    def write(self, node: exp.Expression) -> Piece:
        known = self._relation.known.get(node)
        if known is not None:
            return known
        for kind, method in _METHODS.items():
            if isinstance(node, kind):
                return method(self, node)
        if isinstance(node, exp.Anonymous):
            handler = NAMED.get(node.name.lower())
            if handler is not None:
                return handler(self, node)
            refuse(node, f"The function {node.name}() is not supported")
        handler = CALLS.get(type(node))
        if handler is not None:
            return handler(self, node)
        if is_aggregate(node):
            refuse(node, f"The aggregate {_name(node)} cannot stand here")
        refuse(node, f"{_name(node)} is not supported")

    def condition(self, node: exp.Expression) -> Piece:
        return as_bool(self.write(node), node)

    # --- Names and literals ---

    def _column(self, node: exp.Column) -> Piece:
        refuse(
            node,
            f"{node.name} is neither grouped nor in an aggregate, or is of a query around that "
            "cannot be reached here",
            "Add it to GROUP BY.",
        )

    def _literal(self, node: exp.Literal) -> Piece:
        return literals.literal(node)

    def _null(self, node: exp.Null) -> Piece:
        return NULL

    def _boolean(self, node: exp.Boolean) -> Piece:
        return Piece("true" if node.this else "false", "bool")

    def _placeholder(self, node: exp.Placeholder) -> Piece:
        if node.name.startswith("subquery "):
            refuse(node, "A subquery cannot stand here", "Join it in FROM.")
        refuse(node, "Parameters are not supported", "Write the value.")

    # --- Operators ---

    def _arithmetic(self, node: exp.Binary) -> Piece:
        exact = literals.number(node)
        if exact is not None:
            return literals.number_piece(exact, node)
        level, sign = _ARITHMETIC[type(node)]
        if sign == "*":
            left, right = self.pair(node)
        else:
            found = days.sum_of_days(self, node)
            if isinstance(found, Piece):
                return found
            left, right = self.alike(*found, node.this, node.expression)
        for side, piece in ((node.this, left), (node.expression, right)):
            if piece.type not in ("int64", "float64", None):
                refuse(side, f"{sign} of {piece.type}")
        return operation(level, wider(left, right), f"{{}} {sign} {{}}", left, right)

    def _divide(self, node: exp.Div) -> Piece:
        return operation(PRODUCT, "float64", "{} / {}", *self._numbers(node))

    def _whole_divide(self, node: exp.IntDiv) -> Piece:
        left, right = self._numbers(node)
        if "float64" in (left.type, right.type):
            # DuckDB: 7.5 // 2 is 3.75.
            return operation(PRODUCT, "float64", "{} / {}", left, right)
        return operation(PRODUCT, "int64", "{} // {}", left, right)

    def _modulo(self, node: exp.Mod) -> Piece:
        left, right = self._numbers(node)
        return operation(PRODUCT, wider(left, right), "{} % {}", left, right)

    def _numbers(self, node: exp.Binary) -> tuple[Piece, Piece]:
        return self.pair(node)

    def _negative(self, node: exp.Neg) -> Piece:
        exact = literals.number(node)
        if exact is not None:
            return literals.number_piece(exact, node)
        value = self.write(node.this)
        return Piece(f"-{value.at(SIGN + 1)}", value.type, SIGN, value.columns)

    def _and(self, node: exp.And) -> Piece:
        return operation(
            AND, "bool", "{} and {}", self.condition(node.this), self.condition(node.expression)
        )

    def _or(self, node: exp.Or) -> Piece:
        return operation(
            OR, "bool", "{} or {}", self.condition(node.this), self.condition(node.expression)
        )

    def _not(self, node: exp.Not) -> Piece:
        inner = node.this
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            return operation(COMPARE, "bool", "{} is not null", _high(self.write(inner.this)))
        if isinstance(inner, exp.In) and not inner.args.get("query"):
            return negated(self._in(inner))
        if isinstance(inner, exp.Between):
            return negated(self._between(inner))
        return negated(self.condition(inner))

    def _compare(self, node: exp.Binary) -> Piece:
        left, right = self.pair(node)
        if "null" in (left.text, right.text) or _is_null(node.this) or _is_null(node.expression):
            return Piece("cast(null as bool)", "bool")
        sign = _COMPARE[type(node)]
        return operation(COMPARE, "bool", f"{{}} {sign} {{}}", _high(left), right)

    def _between(self, node: exp.Between) -> Piece:
        written = value = self.write(node.this)
        parts = []
        for bound in (node.args["low"], node.args["high"]):
            side, part = self.alike(written, self.write(bound), node.this, bound)
            parts.append(part)
            if side.text != written.text:
                value = side
        if parts[0].type != parts[1].type and "text" in (parts[0].type, parts[1].type):
            refuse(node, "BETWEEN of different types")
        return operation(COMPARE, "bool", "{} between {} and {}", _high(value), *parts)

    def _is(self, node: exp.Is) -> Piece:
        value, other = self.write(node.this), node.expression
        if isinstance(other, exp.Null):
            return operation(COMPARE, "bool", "{} is null", _high(value))
        if isinstance(other, exp.Boolean):
            truth = as_bool(value, node.this)
            if other.this:
                return call("coalesce", "bool", truth, Piece("false", "bool"))
            return negated(call("coalesce", "bool", truth, Piece("true", "bool")))
        refuse(node, "IS takes NULL, TRUE or FALSE")

    def _same(self, node: exp.NullSafeEQ | exp.NullSafeNEQ) -> Piece:
        left, right = self.pair(node)
        high = (_high(left), _high(right))
        if isinstance(node, exp.NullSafeEQ):
            form = "case when {0} is null or {1} is null then {0} is null and {1} is null "
            form += "else {0} = {1} end"
        else:
            form = "case when {0} is null or {1} is null then "
            form += "not ({0} is null and {1} is null) else {0} <> {1} end"
        texts = [h.at(SUM) for h in high]
        return Piece(form.format(*texts), "bool", SIGN + 1, uses(high))

    def _in(self, node: exp.In) -> Piece:
        if node.args.get("query") or node.args.get("unnest") or node.args.get("field"):
            refuse(node, "IN of this cannot stand here", "Write a list or a subquery.")
        value = self.write(node.this)
        constants, others, has_null = [], [], False
        for item in node.expressions:
            piece = self.write(item)
            if piece.type is None and not piece.columns:
                has_null = True
            elif _is_constant(item):
                value, piece = self.alike(value, piece, node.this, item)
                constants.append(piece)
            else:
                others.append(self._compare(exp.EQ(this=node.this.copy(), expression=item.copy())))
        parts = []
        if constants:
            texts = ", ".join(c.text for c in constants)
            parts.append(operation(COMPARE, "bool", "{} in (" + texts + ")", _high(value)))
        parts += others
        if has_null:
            # x in (1, null) is true or unknown, never false.
            parts.append(Piece("cast(null as bool)", "bool"))
        result = parts[0]
        for part in parts[1:]:
            result = operation(OR, "bool", "{} or {}", result, part)
        return result

    def _case(self, node: exp.Case | exp.If) -> Piece:
        if isinstance(node, exp.If):
            arms = [(node.this, node.args["true"])]
            last = node.args.get("false")
        else:
            arms = [(arm.this, arm.args["true"]) for arm in node.args["ifs"]]
            last = node.args.get("default")
            if node.this is not None:
                subject = node.this
                arms = [
                    (exp.EQ(this=subject.copy(), expression=when.copy()), then)
                    for when, then in arms
                ]
        conditions = [self.condition(when) for when, _ in arms]
        nodes = [then for _, then in arms] + ([last] if last is not None else [])
        values, type = self.unified(nodes)
        text = "case"
        for condition, value in zip(conditions, values, strict=False):
            text += f" when {condition.text} then {value.text}"
        if last is not None and values[-1].text != "null":
            text += f" else {values[-1].text}"
        return Piece(f"{text} end", type, SIGN + 1, uses([*conditions, *values]))

    def _cast(self, node: exp.Cast) -> Piece:
        value = literals.day_value(node)
        return literals.day_piece(value) if value is not None else cast(self, node)

    # --- Types of several operands ---

    def pair(self, node: exp.Binary) -> tuple[Piece, Piece]:
        """Both operands, brought to types that go together as SQL does."""
        left, right = self.write(node.this), self.write(node.expression)
        return self.alike(left, right, node.this, node.expression)

    def alike(
        self, left: Piece, right: Piece, left_node: exp.Expression, right_node: exp.Expression
    ) -> tuple[Piece, Piece]:
        if left.type == right.type:
            return left, right
        if left.type is None or right.type is None:
            # A bare null takes the type of what stands beside it.
            type = left.type or right.type
            return tuple(  # type: ignore[return-value]
                p if p.type else Piece(f"cast(null as {type})", type) for p in (left, right)
            )
        if right.type == "text" and _is_text(right_node) and left.type is not None:
            return self._beside(left, right_node), literals.typed(
                right_node.this, self._beside(left, right_node).type or "text", right_node
            )
        if left.type == "text" and _is_text(left_node) and right.type is not None:
            other, this = self.alike(right, left, right_node, left_node)
            return this, other
        kinds = {left.type, right.type}
        if kinds == {"date", "timestamp"}:
            return tuple(  # type: ignore[return-value]
                cast_to(p, "timestamp", n) if p.type == "date" else p
                for p, n in ((left, left_node), (right, right_node))
            )
        if "text" in kinds and kinds & {"int64", "float64", "date", "timestamp", "bool"}:
            # SQL reads the text as the other's type.
            type = next(t for t in (left.type, right.type) if t != "text")
            return tuple(  # type: ignore[return-value]
                cast_to(p, type, n) if p.type == "text" else p
                for p, n in ((left, left_node), (right, right_node))
            )
        if "bool" in kinds and "int64" in kinds:
            return tuple(  # type: ignore[return-value]
                cast_to(p, "int64", n) if p.type == "bool" else p
                for p, n in ((left, left_node), (right, right_node))
            )
        return left, right

    @staticmethod
    def _beside(value: Piece, literal: exp.Expression) -> Piece:
        """A date beside a text with a time of day is a date still; beside a number with a
        fraction an integer is one still: SQL reads the literal as the column's type."""
        return value

    def unified(self, nodes: list[exp.Expression]) -> tuple[list[Piece], str | None]:
        """Values of one type: of CASE, COALESCE and the like."""
        pieces = [self.write(n) for n in nodes]
        first = next((i for i, p in enumerate(pieces) if p.type and not _is_text(nodes[i])), None)
        if first is None:
            return pieces, next((p.type for p in pieces if p.type), None)
        for _ in range(2):
            # Twice: the second brings those before a wider type to it.
            for i, piece in enumerate(pieces):
                if piece.type is not None and i != first:
                    pieces[first], pieces[i] = self.alike(
                        pieces[first], piece, nodes[first], nodes[i]
                    )
        types = {p.type for p in pieces if p.type}
        return pieces, "float64" if types == {"int64", "float64"} else pieces[first].type


def _is_text(node: exp.Expression) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _is_null(node: exp.Expression) -> bool:
    return isinstance(node, exp.Null)


def _is_constant(node: exp.Expression) -> bool:
    return (
        isinstance(node, exp.Literal | exp.Boolean)
        or literals.number(node) is not None
        or literals.day_value(node) is not None
    )


def _high(piece: Piece) -> Piece:
    """As the first operand of a comparison, which does not take another comparison."""
    return (
        piece
        if piece.level > COMPARE
        else Piece(f"({piece.text})", piece.type, SIGN + 1, piece.columns)
    )


def _name(node: exp.Expression) -> str:
    if isinstance(node, exp.Func):
        return f"{node.sql_name().lower()}()"
    return type(node).__name__.upper()


def wider(left: Piece, right: Piece) -> str:
    return "float64" if "float64" in (left.type, right.type) else "int64"


def negated(piece: Piece) -> Piece:
    return Piece(f"not {piece.at(NOT + 1)}", "bool", NOT, piece.columns)


def as_bool(piece: Piece, node: exp.Expression) -> Piece:
    """SQL takes numbers for conditions: all but 0 are true."""
    if piece.type in ("bool", None):
        return piece if piece.type else Piece("cast(null as bool)", "bool")
    if piece.type in ("int64", "float64"):
        return operation(COMPARE, "bool", "{} <> 0", _high(piece))
    refuse(node, f"A condition cannot be of {piece.type}")


_METHODS: dict[type[exp.Expression] | tuple, Callable[[Writer, exp.Expression], Piece]] = {
    exp.Column: Writer._column,
    exp.Literal: Writer._literal,
    exp.Null: Writer._null,
    exp.Boolean: Writer._boolean,
    exp.Placeholder: Writer._placeholder,
    (exp.Add, exp.Sub, exp.Mul): Writer._arithmetic,
    exp.IntDiv: Writer._whole_divide,
    exp.Div: Writer._divide,
    exp.Mod: Writer._modulo,
    exp.Neg: Writer._negative,
    exp.And: Writer._and,
    exp.Or: Writer._or,
    exp.Not: Writer._not,
    (exp.NullSafeEQ, exp.NullSafeNEQ): Writer._same,
    tuple(_COMPARE): Writer._compare,
    exp.Between: Writer._between,
    exp.Is: Writer._is,
    exp.In: Writer._in,
    (exp.Case, exp.If): Writer._case,
    exp.Cast: Writer._cast,
}  # type: ignore[dict-item]
