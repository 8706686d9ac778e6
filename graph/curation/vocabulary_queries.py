"""Queries of a whole vocabulary: releases, labels, use, crosswalk links."""

from __future__ import annotations

from skillpath.cypher import query

READ = {
    "skills": query("skills/read_release", "source"),
    "clusters": query("clusters/read_release", "source"),
    "broader": query("skills/read_release_broader", "source"),
    "related": query("skills/read_release_related", "source"),
    "requirements": query("clusters/read_release_requirements", "source"),
}
VANISHED = {
    "skills": query("skills/deprecate_vanished", "codes", "version"),
    "clusters": query("clusters/mark_vanished", "codes", "version"),
}
UNLINK = {
    "broader": query("skills/unlink_broader", "rows"),
    "related": query("skills/unlink_related", "rows"),
    "requirements": query("clusters/unlink_requirements", "rows"),
}
EVERY = {
    "skills": query("skills/export_skills", "source"),
    "clusters": query("clusters/export_clusters", "source"),
    "broader": query("skills/export_broader"),
    "related": query("skills/export_related"),
    "requirements": query("clusters/export_requirements"),
}
REPLACEMENTS = query("skills/read_replaced")
LINK_REPLACED = query("skills/link_replaced", "rows")
USES = query("skills/count_uses")
MENTIONS = query("terms/count_mentions")
DEFINITIONS = query("skills/read_definitions")
CLUSTER_LABELS = query("clusters/read_labels")
REQUIREMENTS = query("clusters/export_requirements")
DECISIONS = query("terms/read_decisions", "prefix")
LINKS = {
    "skills": query("skills/link_crosswalk", "rows"),
    "occupations": query("clusters/link_crosswalk", "rows"),
}
