"""The words of an expression, one after the other, as its parser takes them."""

from __future__ import annotations

from spillway_adapters.query.literals import literal
from spillway_adapters.query.tokens import BadExpression, Token, quoted, tokens


class Reader:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.at = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def after(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.next
        self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        token = self.next
        return token.word in texts or (token.kind == "operator" and token.text in texts)

    def expect(self, text: str, why: str) -> Token:
        if not self.sees(text):
            raise BadExpression(
                f"{text} is missing {why}, here stands {self.found()}",
                self.next.offset,
                f"Write {text} there.",
            )
        return self.take()

    def found(self) -> str:
        token = self.next
        if token.kind == "end":
            return "the end"
        if token.kind == "text":
            return f"the text {literal(token.text, 'text')}"
        return quoted(token.text)

    def end(self) -> None:
        if self.next.kind == "end":
            return
        if self.sees(")"):
            raise BadExpression(
                "A bracket closes that was not opened", self.next.offset, "Take it out."
            )
        remedy = "Put an operator between, or a comma between arguments."
        if self.next.word in ("over", "filter"):
            remedy = {
                "over": 'Windows are a step: {"window": {"partition": …, "order": …}}.',
                "filter": "Aggregate a case: sum(case when … then x end).",
            }[self.next.word]
        raise BadExpression(f"The expression goes on with {self.found()}", self.next.offset, remedy)
