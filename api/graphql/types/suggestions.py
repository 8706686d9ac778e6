"""GraphQL types of items that can be recommended: postings, resources, projects."""

from __future__ import annotations

import strawberry

from skillpath.api.graphql.types.path_types import Waypoint


@strawberry.interface
class Suggestion(Waypoint):
    """Something a chain can suggest."""


@strawberry.type
class Job(Suggestion):
    """A posting."""


@strawberry.type
class Resource(Suggestion):
    """A course or another resource."""


@strawberry.type
class Project(Suggestion):
    """A venture or innovation project."""


KINDS: dict[str, type[Suggestion]] = {"Job": Job, "Resource": Resource, "Project": Project}
