"""The schema extension that gives each error a code and a request id and masks unexpected ones."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from skillpath.api.graphql.operation_names import operation_name
from skillpath.api.services.request_context import FAILED, REFUSED, RequestInfo, current
from skillpath.errors import SkillpathError


class TooComplex(SkillpathError):
    """A request asks for more than one request may."""

    code = "TOO_COMPLEX"
    exit_code = 2


log = structlog.get_logger(__name__)
_TOO_COMPLEX = ("exceeds maximum operation depth", "aliases found", "tokens. Parsing aborted")


class ErrorCodes(SchemaExtension):
    """Gives each error ``extensions.code`` and ``extensions.requestId``; unexpected ones are logged and masked."""

    def on_operation(self) -> Iterator[None]:
        """Look at the result once it is there."""
        yield
        info = current.get() or RequestInfo()
        info.operation = operation_name(self.execution_context)
        result = self.execution_context.result
        errors = getattr(result, "errors", None) or self.execution_context.pre_execution_errors
        if errors:
            errors[:] = [_mask(error, info.id) for error in errors]
            codes = sorted({str((error.extensions or {})["code"]) for error in errors})
            info.outcome = FAILED if "INTERNAL" in codes else REFUSED
            # Codes and no messages: these repeat what was asked for, such as the code of a student.
            log.info("request.errors", codes=codes, count=len(errors))


def _mask(error: GraphQLError, request: str) -> GraphQLError:
    original = error.original_error
    message, code = error.message, _code(error)
    if code == "INTERNAL":
        log.error("request.failed", request=request, exc_info=original)
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
