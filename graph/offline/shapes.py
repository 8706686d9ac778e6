"""The node and relationship shapes of each contract, for the offline importer."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class LinkShape:
    """A relationship from a record to the node whose code a column names.

    Attributes:
        type, column, label: of the relationship; holding the other node's code; of the other node.
        properties: property = column.
        makes: whether the other node comes to be where it is not there yet.
    """

    type: str
    column: str
    label: str
    properties: dict[str, str] = field(default_factory=dict)
    makes: bool = False


@dataclass(frozen=True)
class NodeShape:
    """How a record becomes a node.

    Attributes:
        label: of the node; ``kinds`` where column ``label`` names a second one.
        need: type of the relationships to skills; ``of_need``: their properties, of the fields of a need.
    """

    label: str
    need: str
    of_need: dict[str, pl.Expr]
    links: tuple[LinkShape, ...]
    kinds: bool = False


REGION = LinkShape("IN_REGION", "region", "Region", makes=True)
INDUSTRY = LinkShape("IN_INDUSTRY", "industry", "Industry", makes=True)
REQUIREMENT = {
    "level": pl.col("level"),
    "weight": pl.col("weight"),
    "essential": pl.col("weight") >= 1.0,
    "via": pl.col("via"),
    "relevance": pl.col("relevance"),
}
GAIN = {name: pl.col(name) for name in ("gain", "via", "relevance")}
NODE_SHAPES = {
    "jobs": NodeShape(
        "Job",
        "REQUIRES",
        REQUIREMENT,
        (
            LinkShape("IN_CLUSTER", "cluster", "JobCluster", {"score": "cluster_score", "via": "cluster_via"}),
            LinkShape("POSTED_BY", "employer", "Employer", makes=True),
            REGION,
            INDUSTRY,
        ),
    ),
    "resources": NodeShape("Resource", "IMPROVES", GAIN, (REGION,), kinds=True),
    "projects": NodeShape("Project", "REQUIRES", REQUIREMENT, (INDUSTRY, REGION)),
    "students": NodeShape(
        "Student",
        "HAS",
        {"level": pl.col("level"), "evidence": pl.concat_list(pl.lit("admission"))},
        (LinkShape("WANTS", "target", "JobCluster"), REGION),
    ),
}
EDGE_SHAPES = {
    "enrolments": (LinkShape("ENROLLED_IN", "resource", "Resource"),),
    "events": (LinkShape("TRAINED", "resource", "Resource"),),
    # The first column that is not null says where.
    "feedback": (LinkShape("WORKED_AT", "job", "Job"), LinkShape("WORKED_AT", "employer", "Employer", makes=True)),
    "participation": (LinkShape("JOINED", "project", "Project"),),
}
