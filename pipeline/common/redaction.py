"""Removes secrets from log lines: values under secret names, and passwords in addresses."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "(hidden)"
_NAMES = re.compile(r"password|passwd|secret|token|credential|authorization|api_?key|cookie", re.IGNORECASE)
_ADDRESS = re.compile(r"(?P<user>\b[a-z][a-z0-9+.\-]*://[^\s/:@'\"]*):[^\s'\"]+@", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?P<name>\b\w*(?:password|passwd|secret|token|credentials?|authorization|cookie|api_?key)['\"]?\s*[=:]\s*)"
    r"(?:'[^']*'|\"[^\"]*\"|(?:(?:bearer|basic)\s+)?[^\s,;&)}]+)",
    re.IGNORECASE,
)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the same line without what nobody should read.

    >>> redact(None, "info", {"event": "x", "url": "mysql://me:pw@host/db", "password": "pw"})
    {'event': 'x', 'url': 'mysql://me:(hidden)@host/db', 'password': '(hidden)'}
    """
    return {name: _without(name, value) for name, value in event.items()}


def _without(name: str, value: Any) -> Any:
    if _NAMES.search(name) and value:
        return HIDDEN
    if isinstance(value, dict):
        return {key: _without(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_without("", inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _clean(value if isinstance(value, str) else str(value))


def _clean(text: str) -> str:
    """A text without passwords in addresses and after ``password=`` and the like."""
    return _ASSIGNED.sub(rf"\g<name>{HIDDEN}", _ADDRESS.sub(rf"\g<user>:{HIDDEN}@", text))
