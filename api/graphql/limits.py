"""The schema extension that gives each error a code and a request id and masks unexpected ones."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import structlog
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from skillpath.errors import SkillpathError


class TooComplex(SkillpathError):
    """A request asks for more than one request may."""

    code = "TOO_COMPLEX"
    exit_code = 2


log = structlog.get_logger()
_TOO_COMPLEX = ("exceeds maximum operation depth", "aliases found", "tokens. Parsing aborted")


class ErrorCodes(SchemaExtension):
    """Gives each error ``extensions.code`` and ``extensions.requestId``; unexpected ones are logged and masked."""

    def on_operation(self) -> Iterator[None]:
        """Look at the result once it is there."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None) or self.execution_context.pre_execution_errors
        if errors:
            request = secrets.token_hex(8)
            masked = [_mask(error, request) for error in errors]
            errors[:] = masked


def _mask(error: GraphQLError, request: str) -> GraphQLError:
    original = error.original_error
    message, code = error.message, _code(error)
    if code == "INTERNAL":
        log.error("unexpected error", request=request, error=repr(original))
        message = "Something went wrong on our side; the log has it under this request id."
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code, "requestId": request},
    )


def _code(error: GraphQLError) -> str:
    if isinstance(error.original_error, GraphQLError):
        # A variable that does not fit its type, such as an unknown value of an enumeration.
        return _code(error.original_error)
    if isinstance(error.original_error, SkillpathError):
        return error.original_error.code
    if any(sign in error.message for sign in _TOO_COMPLEX):
        return "TOO_COMPLEX"
    return "BAD_INPUT" if error.original_error is None else "INTERNAL"
