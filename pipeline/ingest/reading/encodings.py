"""Decoding of text to UTF-8, with byte and line of a decoding error."""

from __future__ import annotations

import codecs

from skillpath.errors import BadInput

CHUNK = 1 << 20
"""Bytes decoded at a time, so that a large file is never held as a Python string."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def as_utf8(data: bytes, encoding: str, file: str) -> bytes:
    """The text of ``data`` as UTF-8 without a mark.

    Args:
        encoding: of data that bears no mark; UTF-8 when empty.

    Raises:
        BadInput: no such encoding, or bytes that are none of its text.
    """
    mark, name = next(((m, n) for m, n in _MARKS if data.startswith(m)), (b"", encoding or "utf-8"))
    try:
        "".encode(name)
        decoder = codecs.getincrementaldecoder(name)()
    except LookupError as error:
        todo = "Use a name that Python knows, for instance gb18030"
        raise BadInput(f"No text encoding {name!r}", where=file, todo=todo) from error
    same = codecs.lookup(name).name == "utf-8"
    parts: list[bytes] = []
    lines = 1
    for start in range(len(mark), len(data) + 1, CHUNK):
        chunk = data[start : start + CHUNK]
        try:
            text = decoder.decode(chunk, final=start + CHUNK > len(data))
        except UnicodeDecodeError as error:
            pending = len(error.object) - len(chunk)
            line = lines + error.object[: error.start].decode(name, "replace").count("\n")
            raise _misfit(name, start - pending + error.start, line, bool(mark), file) from error
        lines += text.count("\n")
        if not same:
            parts.append(text.encode("utf-8", "replace"))
    return data[len(mark) :] if same else b"".join(parts)


def _misfit(name: str, byte: int, line: int, marked: bool, file: str) -> BadInput:
    shown = name.upper()
    todo = "Save the file again" if marked else 'Set encoding in its source, for instance encoding = "gb18030"'
    return BadInput(f"Not {shown} text: byte {byte} on line {line} does not fit", where=file, todo=todo)
