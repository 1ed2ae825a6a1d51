"""Pieces of Python code that expressions of the query language become, with what binds tighter."""

from __future__ import annotations

import dataclasses

from spillway_adapters.query.language import Call, Constant, Expression, Refused

COMPARISONS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
#: Precedence of Python's operators.
COMPARE, OR, AND, ADD, MULTIPLY, UNARY, POWER, ATOM = range(1, 9)
#: Characters of one expression: more than anybody writes, and read in a moment.
LONGEST = 50_000


@dataclasses.dataclass(frozen=True)
class Code:
    text: str
    binding: int = ATOM
    scalar: bool = False
    #: Of a condition of pandas: it may have pd.NA in it. Others are of NumPy's bool.
    nullable: bool = True

    def __str__(self) -> str:
        return self.text

    def within(self, binding: int) -> str:
        """As an operand of an operator that binds so."""
        return self.text if self.binding >= binding else f"({self.text})"

    @property
    def atom(self) -> str:
        """As what a method is called of."""
        return self.within(ATOM)


def bounded(call: Call, code: Code) -> Code:
    """What is written more than once in its operator, and that within another one, soon fills the
    memory. Refused."""
    if len(code.text) > LONGEST:
        raise Refused(f"{call.name}()", "nests too deep: derive its inner part in a step before.")
    return code


def folded(expression: Expression) -> Expression:
    """A number that is widened, as a constant."""
    if isinstance(expression, Call) and expression.name == "cast":
        (argument,) = expression.arguments
        if isinstance(argument, Constant) and (argument.type, expression.type) == (
            "int64",
            "float64",
        ):
            value = argument.value
            return Constant(None if value is None else float(value), "float64")  # type: ignore[arg-type]
    return expression
