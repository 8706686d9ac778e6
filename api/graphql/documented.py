"""Docstrings copied into the GraphQL schema as descriptions."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import getdoc
from types import ModuleType
from typing import Any


def document(modules: Iterable[ModuleType]) -> None:
    """Give every type and field defined in ``modules`` its docstring as description, unless it has one."""
    for module in modules:
        for kind in vars(module).values():
            definition = getattr(kind, "__strawberry_definition__", None)
            if definition is not None and kind.__module__ == module.__name__:
                definition.description = definition.description or _first_paragraph(kind)
                _document_fields(definition)


def _document_fields(definition: Any) -> None:
    # An enumeration has values instead.
    for field in getattr(definition, "fields", ()):
        if field.base_resolver is not None and not field.description:
            field.description = _first_paragraph(field.base_resolver.wrapped_func)


def _first_paragraph(thing: Any) -> str | None:
    text = getdoc(thing)
    return text.split("\n\n")[0].replace("\n", " ").replace("``", "`") if text else None
