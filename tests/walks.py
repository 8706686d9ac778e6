"""Walks every served chain in the graph, set-wise, and recomputes its numbers from the stored properties."""

from __future__ import annotations

from skillpath.chains.candidates import CandidateSettings
from skillpath.cypher import Query
from skillpath.graph import runs
from skillpath.graph.connection import Graph

TOTALS = Query(
    "test/totals",
    """MATCH (r:Recommendation) WHERE r.run = $run
    RETURN count(r) AS chains, count(DISTINCT [(s)-[:RECEIVED]->(r) | s.code][0]) AS students""",
)
BROKEN_PATHS = Query(
    "test/broken_paths",
    """MATCH (r:Recommendation) WHERE r.run = $run
    WITH r, [(s:Student)-[:RECEIVED]->(r) | s] AS owners, [(r)-[:TOWARD]->(c:JobCluster) | c] AS goals,
         [(r)-[:SUGGESTS]->(x) | x] AS items
    WITH r, owners, goals, items, owners[0] AS s, goals[0] AS c, items[0] AS x
    WHERE size(owners) <> 1 OR size(goals) <> 1 OR size(items) <> 1
       OR NOT EXISTS { (s)-[a:AIMS_AT]->(c) WHERE a.run = $run AND a.gap = r.gap }
       OR NOT (CASE r.path WHEN 'JOB' THEN x:Job AND EXISTS { (x)-[:IN_CLUSTER]->(c) }
                           WHEN 'TRAINING' THEN x:Resource AND NOT x:Mentor|Policy|Incubator
                             AND NOT EXISTS { (s)-[:ENROLLED_IN]->(x) }
                           ELSE x:Project OR (x:Mentor|Policy|Incubator AND NOT EXISTS { (s)-[:ENROLLED_IN]->(x) }) END)
    RETURN r.id AS id LIMIT 5""",
)
BROKEN_STEPS = Query(
    "test/broken_steps",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation)-[:SUGGESTS]->(x) WHERE r.run = $run
    MATCH (r)-[:TOWARD]->(c), (r)-[step:CLOSES]->(k:Skill)
    OPTIONAL MATCH (c)-[need:REQUIRES]->(k)
    OPTIONAL MATCH (x)-[effect:IMPROVES|REQUIRES]->(k)
    OPTIONAL MATCH (s)-[has:HAS]->(k) WHERE has.run = $run
    WITH r, k, step, need.level AS required, coalesce(need.weight, 1.0) AS weight, coalesce(has.level, 0.0) AS have,
         CASE type(effect) WHEN 'IMPROVES' THEN effect.gain
              ELSE effect.level * CASE r.path WHEN 'JOB' THEN $job ELSE $project END END AS effect
    WITH r, k, step, required, weight, have,
         CASE WHEN required - have < (1 - have) * effect THEN required - have ELSE (1 - have) * effect END AS gain
    WHERE required IS NULL OR gain IS NULL OR abs(step.required - required) > $precision
       OR abs(step.have - have) > $precision OR abs(step.gain - gain) > $precision OR step.weight <> weight
    RETURN r.id AS id, k.label AS skill, step.have AS have, have AS wanted LIMIT 5""",
)
BROKEN_SUMS = Query(
    "test/broken_sums",
    """MATCH (r:Recommendation) WHERE r.run = $run
    WITH r, reduce(total = 0.0, g IN [(r)-[step:CLOSES]->() | step.gain * step.weight] | total + g) AS total,
         reduce(total = 0.0, c IN r.contributions | total + c) AS score,
         [r.match, 1 - exp(-r.gain), r.bridging, r.heat, r.stage, r.redundancy] AS terms
    WHERE abs(total - r.gain) > $precision OR (r.path <> 'JOB' AND total <= 0) OR abs(score - r.score) > $precision
       OR any(i IN range(0, 5) WHERE abs(r.contributions[i] - r.weights[i] * terms[i]) > $precision)
    RETURN r.id AS id LIMIT 5""",
)
BROKEN_GAPS = Query(
    "test/broken_gaps",
    """MATCH (s:Student)-[a:AIMS_AT {rank: 1}]->(c) WHERE a.run = $run
    WITH s, a, c,
         reduce(total = 0.0, g IN [(s)-[l:LACKS]->() WHERE l.run = $run | l.gap * l.weight] | total + g) AS lacking,
         reduce(total = 0.0, n IN [(c)-[r:REQUIRES]->() | r.level * coalesce(r.weight, 1.0)] | total + n) AS required
    WHERE abs(lacking - a.gap) > $precision OR abs(required - a.required) > $precision
    RETURN s.code AS id LIMIT 5""",
)
BROKEN_LEVELS = Query(
    "test/broken_levels",
    """MATCH (s:Student)-[h:HAS]->(k) WHERE h.run = $run
    WITH s, h, reduce(total = 0.0, x IN h.shares | total + x) AS shares,
         reduce(total = 0.0, x IN h.components | total + x) AS components
    WHERE abs(shares - h.level) > $precision OR abs(components - h.level) > $precision
       OR size(h.shares) <> size(h.evidence) OR size(h.components) <> 4
    RETURN s.code AS id LIMIT 5""",
)
BROKEN_PLANS = Query(
    "test/broken_plans",
    """MATCH (s:Student)-[a:AIMS_AT]->(c) WHERE a.run = $run AND a.plan IS NOT NULL
    MATCH (c)-[need:REQUIRES]->(k)
    WITH s, a, k, need, reduce(left = 1.0, code IN a.plan | left * (1 - coalesce(
           [(x:Resource {code: code})-[i:IMPROVES]->(k) | i.gain][0], 0.0))) AS left,
         coalesce([(s)-[h:HAS]->(k) WHERE h.run = $run | h.level][0], 0.0) AS have
    WITH s, a, need.weight * CASE WHEN need.level <= have THEN 0.0
           WHEN need.level - have < (1 - have) * (1 - left) THEN need.level - have
           ELSE (1 - have) * (1 - left) END AS closed
    WITH s, a, sum(closed) AS gain
    WHERE abs(gain - a.planGain) > $precision OR gain > a.gap + $precision
    RETURN s.code AS id, gain, a.planGain AS told LIMIT 5""",
)
LEFTOVERS = Query(
    "test/leftovers",
    """MATCH (n:Recommendation|Standing) WHERE n.run <> $run RETURN 'node' AS what, count(n) AS count
    UNION ALL
    MATCH ()-[r:HAS|AIMS_AT|LACKS|BRIDGES]->() WHERE r.run <> $run RETURN type(r) AS what, count(r) AS count""",
)
PRECISION = 1e-9


def served(graph: Graph) -> str:
    run = runs.current(graph)
    assert run
    return str(run["id"])


def walk(graph: Graph) -> dict[str, int]:
    """Assert that every chain of the served run walks and recomputes; how many chains and students there are."""
    run, practice = served(graph), CandidateSettings()
    assert graph.read(BROKEN_PATHS, run=run) == []
    steps = {"job": practice.job_practice, "project": practice.project_practice, "precision": PRECISION}
    assert graph.read(BROKEN_STEPS, run=run, **steps) == []
    assert graph.read(BROKEN_SUMS, run=run, precision=PRECISION) == []
    for broken in (BROKEN_GAPS, BROKEN_LEVELS, BROKEN_PLANS):
        assert graph.read(broken, run=run, precision=PRECISION) == []
    return graph.read(TOTALS, run=run)[0]


def leftovers(graph: Graph) -> int:
    """How much of runs other than the served one is left."""
    return sum(row["count"] for row in graph.read(LEFTOVERS, run=served(graph)))
