"""The one error base: what went wrong, where, and what to do about it."""


class SkillpathError(Exception):
    """An expected failure, as one sentence a user can act on.

    Args:
        what: what went wrong, without a full stop.
        where: file, address, query or setting it concerns.
        todo: what the reader can do next.

    >>> str(SkillpathError("No such file", where="jobs.csv", todo="Check the path"))
    'No such file (jobs.csv). Check the path.'
    """

    code = "INTERNAL"
    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        place = f" ({where})" if where else ""
        advice = f" {todo.rstrip('.')}." if todo else ""
        super().__init__(f"{what}{place}.{advice}")


class BadInput(SkillpathError):
    """The call, a file or a setting is wrong; nothing was changed."""

    code = "BAD_INPUT"
    exit_code = 2


class NotFound(SkillpathError):
    """The thing asked for is not in the graph."""

    code = "NOT_FOUND"


class Unavailable(SkillpathError):
    """Something this needs (the database, a migration, a run) is not there yet."""

    code = "UNAVAILABLE"
