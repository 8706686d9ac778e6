"""The dataloaders of one request; all of them read one served run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from strawberry.dataloader import DataLoader

from skillpath.api.graphql.loaders.explanations import Explanations
from skillpath.api.graphql.loaders.loader_base import GraphLoaders, in_thread
from skillpath.api.service_settings import ApiSettings
from skillpath.api.services import curation_queue, student_chains
from skillpath.api.services.curation_queue import CandidateSkill, TermExamples
from skillpath.api.services.plan_gains import JointPlan
from skillpath.chains.feedback.exposure import NEXT
from skillpath.graph.core import reads
from skillpath.graph.core.connection import Row
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.learning import forecasts
from skillpath.graph.learning.demand_store import history
from skillpath.graph.scores import cluster_reads
from skillpath.graph.scores.chain_page import ChainPage
from skillpath.graph.scores.exposures import ExposureLog, ShownChain
from skillpath.graph.scores.feedback_store import FEEDBACK
from skillpath.pipeline.scoring.refresh import Refresher

__all__ = ["Loaders", "in_thread"]


@dataclass
class Loaders(GraphLoaders):
    """The loaders of one request."""

    settings: ApiSettings
    curation: CurationService
    refresher: Refresher
    exposures: ExposureLog
    user: str = "local"

    @cached_property
    def students(self) -> DataLoader[str, Row | None]:
        """Student rows by code."""
        return self._by_code(reads.STUDENTS)

    @cached_property
    def skills(self) -> DataLoader[str, Row | None]:
        """Skill rows by code."""
        return self._by_code(reads.SKILLS)

    @cached_property
    def broader(self) -> DataLoader[str, list[Row]]:
        """Broader skills by code."""
        return self._by_owner(reads.BROADER)

    @cached_property
    def replacements(self) -> DataLoader[str, list[Row]]:
        """Replacing skills by code."""
        return self._by_owner(reads.REPLACEMENTS)

    @cached_property
    def narrower(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Narrower skills by (code, first)."""
        return self._first_of(reads.NARROWER)

    @cached_property
    def targets(self) -> DataLoader[str, list[Row]]:
        """Targets by student."""
        return self._through_run(student_chains.read_targets)

    @cached_property
    def lacking(self) -> DataLoader[str, list[Row]]:
        """Lacking skills by student."""
        return self._of_run(reads.LACKING)

    @cached_property
    def capabilities(self) -> DataLoader[str, list[Row]]:
        """What students can, by student."""
        return self._of_run(reads.CAPABILITIES)

    @cached_property
    def broader_capabilities(self) -> DataLoader[str, list[Row]]:
        """What students can, with the steps to broader skills, by student."""
        return self._of_run(reads.BROADER_CAPABILITIES)

    @cached_property
    def plans(self) -> DataLoader[str, JointPlan | None]:
        """The plan toward the first target, by student."""
        return self._through_run(student_chains.read_plans)

    @cached_property
    def explanations(self) -> Explanations:
        """Closer looks at chains."""
        return Explanations(self.refresher, self.settings.explanations)

    @cached_property
    def dimensions(self) -> DataLoader[str, list[Row]]:
        """Capability by category, by student."""
        return self._of_run(reads.DIMENSIONS)

    @cached_property
    def stage_states(self) -> DataLoader[str, list[Row]]:
        """Where students stand; nothing before the first scores."""

        async def load(keys: list[str]) -> list[list[Row]]:
            run = await self.run_or_none()
            return await in_thread(partial(reads.by_owner, self.graph, reads.STAGE_STATES, keys, run=run))

        return DataLoader(load)

    @cached_property
    def runs(self) -> DataLoader[str, Row | None]:
        """Run rows by id."""
        return self._by_code(reads.RUNS)

    @cached_property
    def chain_paths(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Paths of chains by (id, first)."""

        async def load(keys: list[tuple[str, int]]) -> list[list[Row]]:
            run, most = await self.run_or_none(), max(first for _, first in keys)
            ids = [key for key, _ in keys]
            paths = await in_thread(student_chains.read_chain_paths, self.graph, run, ids, most)
            return [found[:first] for found, (_, first) in zip(paths, keys, strict=True)]

        return DataLoader(load)

    @cached_property
    def feedback(self) -> DataLoader[tuple[str, int], list[Row]]:
        """What was done with suggestions, by (id, first)."""
        return self._first_of(FEEDBACK)

    @cached_property
    def chains_by_id(self) -> DataLoader[str, Row | None]:
        """Chains of the served run by id."""
        return self._through_run(student_chains.read_chains_by_id)

    @cached_property
    def chains(self) -> DataLoader[ChainPage, list[Row]]:
        """Pages of chains; who is shown a first place has seen it."""

        async def load(keys: list[ChainPage]) -> list[list[Row]]:
            run = await self.run()
            pages = await in_thread(student_chains.read_chain_pages, self.graph, run, keys)
            for key, rows in zip(keys, pages, strict=True):
                if rows and not key.after:
                    self._log_shown(key.path, run, rows[0], rows[0]["propensity"])
            return pages

        return DataLoader(load)

    @cached_property
    def next_steps(self) -> DataLoader[str, list[Row]]:
        """The one chain to go on with, by student; who is shown it has seen it."""

        async def load(keys: list[str]) -> list[list[Row]]:
            run = await self.run()
            found = await in_thread(student_chains.read_next_steps, self.graph, run, keys)
            for rows in found:
                for row in rows:
                    self._log_shown(NEXT, run, row, row["chance"])
            return found

        return DataLoader(load)

    def _log_shown(self, slot: str, run: str, row: Row, chance: float | None) -> None:
        # Runs of older versions do not know with what chance anything was shown.
        if chance is not None:
            self.exposures.note(ShownChain(row["student"], slot, run, row["id"], chance))

    @cached_property
    def history(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Revisions by (skill, first), the last one first."""
        return self._first_through(curation_queue.read_skill_history)

    @cached_property
    def demand(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Months of demand by (cluster, last), the oldest first."""

        async def load(keys: list[tuple[str, int]]) -> list[list[Row]]:
            most = max(last for _, last in keys)
            rows = await in_thread(history, self.graph, [code for code, _ in keys], most)
            return [found[-last:] for found, (_, last) in zip(rows, keys, strict=True)]

        return DataLoader(load)

    @cached_property
    def forecasts(self) -> DataLoader[str, Row | None]:
        """What the served forecasts say now, by cluster."""
        return self._by_code(forecasts.CURRENT)

    @cached_property
    def month_forecasts(self) -> DataLoader[tuple[str, date], list[Row]]:
        """Forecasts at the end of each month, by (cluster, first month)."""

        async def load(keys: list[tuple[str, date]]) -> list[list[Row]]:
            start = min(start for _, start in keys)
            return await in_thread(forecasts.monthly, self.graph, [code for code, _ in keys], start)

        return DataLoader(load)

    @cached_property
    def requires(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Requirements by (cluster, first)."""
        return self._first_of(cluster_reads.REQUIRES)

    @cached_property
    def shortages(self) -> DataLoader[tuple[str, int], list[Row]]:
        """What students who aim there lack, by (cluster, first); nothing before the first scores."""
        return self._first_of(cluster_reads.SHORTAGES, of_run=True)

    @cached_property
    def bridges(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Bridging resources by (cluster, first); nothing before the first scores."""
        return self._first_of(cluster_reads.BRIDGES, of_run=True)

    @cached_property
    def field_clusters(self) -> DataLoader[tuple[str, int], list[Row]]:
        """Job clusters of fields of work by (field, first)."""
        return self._first_of(cluster_reads.BY_ISCO)

    @cached_property
    def terms(self) -> DataLoader[str, Row | None]:
        """Term rows by code."""
        return self._through(curation_queue.read_terms)

    @cached_property
    def proposals(self) -> DataLoader[str, Row | None]:
        """Proposal rows by code."""
        return self._through(curation_queue.read_proposals)

    @cached_property
    def candidates(self) -> DataLoader[str, list[CandidateSkill]]:
        """Candidates by term."""
        return self._through(curation_queue.read_candidates)

    @cached_property
    def mappings(self) -> DataLoader[str, list[Row]]:
        """Mappings by term."""
        return self._through(curation_queue.read_mappings)

    @cached_property
    def examples(self) -> DataLoader[tuple[str, str], TermExamples]:
        """What mentions a term, by (code, text)."""
        return self._through(curation_queue.read_examples)

    def forget(self) -> None:
        """As of all loaders, with what was looked at more closely."""
        vars(self).pop("explanations", None)
        super().forget()
