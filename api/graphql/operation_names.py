"""The name under which a GraphQL request is logged and counted: one of the schema's own, never the client's."""

from __future__ import annotations

from graphql import FieldNode, OperationDefinitionNode, OperationType, get_operation_ast
from strawberry.types import ExecutionContext

UNKNOWN = "graphql"
"""Of what is no request that the schema knows."""
SEVERAL = "several"
"""Of requests for more than one thing, or for a fragment."""
INTROSPECTION = "introspection"


def operation_name(context: ExecutionContext) -> str:
    """The root field that is asked for, such as ``student``; few names in all, so that metrics stay few."""
    document = context.graphql_document
    chosen = get_operation_ast(document, context.operation_name) if document else None
    if chosen is None:
        return UNKNOWN
    fields = chosen.selection_set.selections
    asked = {node.name.value if isinstance(node, FieldNode) else "" for node in fields}
    name = asked.pop() if len(asked) == 1 else ""
    if not name:
        return SEVERAL
    if name.startswith("__"):
        return INTROSPECTION
    return name if name in _root_fields(context, chosen) else UNKNOWN


def _root_fields(context: ExecutionContext, operation: OperationDefinitionNode) -> frozenset[str]:
    schema = context.schema._schema
    root = schema.mutation_type if operation.operation is OperationType.MUTATION else schema.query_type
    return frozenset(root.fields if root else ())
