"""Settings from `skillpath.toml` and environment variables, each with its origin."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from skillpath.errors import BadInput

FILE = Path("skillpath.toml")
PREFIX = "SKILLPATH"
ALIASES = {f"{PREFIX}_GRAPH_{name}": f"{PREFIX}_NEO4J_{name}" for name in ("URI", "USER", "PASSWORD", "DATABASE")}
"""The names that other Neo4j tools would suggest, taken as well."""
RENAMED = {
    "workshop": "curation",
    "api.looks": "api.explanations",
    "clustering.telling": "clustering.min_cosine_lead",
    "policy.decisions.window": "policy.decisions.window_days",
    "policy.decisions.most": "policy.decisions.max_exposures",
    "policy.decisions.page": "policy.decisions.page_size",
    "policy.updates.rate": "policy.updates.learning_rate",
    "policy.updates.importance": "policy.updates.max_importance_weight",
    "policy.updates.step": "policy.updates.max_step",
    "policy.updates.drift": "policy.updates.max_drift",
    "policy.serving.importance": "policy.serving.max_importance_weight",
    "policy.serving.normal": "policy.serving.critical_value",
    "policy.serving.effective": "policy.serving.min_effective_size",
    "chains.stage.years": "chains.stage.study_years",
    "chains.stage.taken": "chains.stage.resource_scale",
    "chains.stage.placed": "chains.stage.placement_scale",
    "chains.stage.joined": "chains.stage.project_scale",
    "chains.stage.least": "chains.stage.min_events",
    "chains.plan.effort": "chains.plan.min_extra_gain",
    "chains.targets.floor": "chains.targets.min_match",
    "chains.rank.floor": "chains.rank.min_score",
    "chains.filters.prerequisite": "chains.filters.prerequisite_share",
    "chains.candidates.posts": "chains.candidates.postings",
    "chains.filters.post_days": "chains.filters.posting_days",
    "chains.filters.offers_per_seat": "chains.filters.suggestions_per_seat",
    "matcher.rate": "matcher.learning_rate",
    "matcher.decay": "matcher.weight_decay",
    "matcher.every": "matcher.checkpoint_every",
    "matcher.frozen": "matcher.frozen_layers",
    "matcher.clip": "matcher.gradient_clip",
}
"""Sections and keys of version 0.1.0 that have another name now; the old ones are still read."""
HIDDEN = ("password",)
SYNC_KEYS = {"name", "root", "synthetic", "source"}
"""What `source_config` reads in the same file."""

T = TypeVar("T")


@dataclass(frozen=True)
class Origin:
    """One setting: dotted name, printable value (passwords hidden), and where it came from."""

    name: str
    value: str
    source: str


def settings_file(environ: Mapping[str, str]) -> Path:
    """The file that settings, and sources that no other configuration names, are read from."""
    return Path(environ.get(f"{PREFIX}_CONFIG", FILE))


class Settings:
    """Reads sections on demand; the dataclass of a section declares its names, types and defaults.

    Args:
        file: the TOML file; a missing default file is as good as an empty one.
        environ: the process's variables.
    """

    def __init__(self, environ: Mapping[str, str], file: Path | None = None) -> None:
        self.file = file or settings_file(environ)
        self.origins, self.deprecations = list[Origin](), list[str]()
        self.data = self._read(required=file is not None or f"{PREFIX}_CONFIG" in environ)
        self.environ = dict(environ)
        for old, new in RENAMED.items():
            self._rename_key(old, new)
            self._rename_variables(old, new)

    def section(self, name: str, kind: type[T]) -> T:
        """The section ``name`` as an instance of the frozen dataclass ``kind``.

        Raises:
            BadInput: an unknown key, or a value of another type.
        """
        return self._build(name, kind, self.data.get(name, {}))

    def refuse_unknown(self, known: set[str]) -> None:
        """Raise if the file has a section that no room reads."""
        unknown = sorted(set(self.data) - known - SYNC_KEYS)
        if unknown:
            raise BadInput(
                f"No section {', '.join(unknown)}",
                where=str(self.file),
                todo=f"Use {', '.join(sorted(known))}",
            )

    def _rename_key(self, old: str, new: str) -> None:
        """Move the value of an old section or key of the file to its new name."""
        *path, last = old.split(".")
        place: Any = self.data
        for part in path:
            place = place.get(part, {}) if isinstance(place, dict) else {}
        if not isinstance(place, dict) or last not in place:
            return
        name = new.rsplit(".", 1)[-1]
        if name in place:
            raise BadInput(f"Both {old} and {new} are set", where=str(self.file), todo=f"Keep {new}")
        place[name] = place.pop(last)
        self.deprecations.append(f"{self.file}: {old} is called {new} now; the old name will go with version 0.3")

    def _rename_variables(self, old: str, new: str) -> None:
        """Move variables of an old section or key to its new name."""
        stem, other = (f"{PREFIX}_{name.replace('.', '_').upper()}" for name in (old, new))
        # A new name may begin with the old one, as PAGE_SIZE does with PAGE; a variable of that name is new already.
        new_names = [v for v in self.environ if v == other or v.startswith(f"{other}_")]
        old_names = [v for v in self.environ if v == stem or v.startswith(f"{stem}_")]
        for variable in sorted(set(old_names) - set(new_names)):
            renamed = other + variable.removeprefix(stem)
            if renamed in self.environ:
                raise BadInput(f"Both {variable} and {renamed} are set", where=variable, todo=f"Keep {renamed}")
            self.environ[renamed] = self.environ.pop(variable)
            self.deprecations.append(f"{variable} is called {renamed} now; the old name will go with version 0.3")

    def _read(self, *, required: bool) -> dict[str, Any]:
        if not self.file.is_file():
            if required:
                raise BadInput("No such settings file", where=str(self.file), todo="Check the path")
            return {}
        try:
            return tomllib.loads(self.file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"Not a TOML file: {error}", where=str(self.file), todo="Mend that line") from error

    def _build(self, path: str, kind: type[T], data: Any) -> T:
        if not isinstance(data, dict):
            raise BadInput(f"{path} must be a section", where=str(self.file), todo=f"Write [{path}]")
        hints = get_type_hints(kind)
        known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise BadInput(
                f"Unknown setting {', '.join(unknown)} in [{path}]",
                where=str(self.file),
                todo=f"It has {', '.join(known)}",
            )
        return kind(**{name: self._value(f"{path}.{name}", f, hints[name], data) for name, f in known.items()})

    def _value(self, path: str, field: Field[Any], kind: Any, data: dict[str, Any]) -> Any:
        if is_dataclass(kind):
            return self._build(path, kind, data.get(field.name, {}))  # type: ignore[arg-type]
        variable = f"{PREFIX}_{path.replace('.', '_').upper()}"
        variable = variable if variable in self.environ else ALIASES.get(variable, variable)
        if variable in self.environ:
            value, source = _convert(self.environ[variable], kind, variable), variable
        elif field.name in data:
            value, source = _convert(data[field.name], kind, f"{self.file}, {path}"), str(self.file)
        else:
            value, source = field.default, "default"
        shown = "(hidden)" if field.name in HIDDEN and value else str(value)
        self.origins.append(Origin(path, shown, source))
        return value


_READ_FROM: dict[Any, tuple[type, ...]] = {int: (int, str), float: (int, float, str), str: (str,), Path: (str,)}


def _convert(value: Any, kind: Any, where: str) -> Any:
    try:
        # int(1.9) and str([]) would go through, but nobody means that.
        if kind in _READ_FROM and (isinstance(value, bool) or not isinstance(value, _READ_FROM[kind])):
            raise TypeError
        if kind is bool:
            return value if isinstance(value, bool) else {"true": True, "false": False}[str(value).lower()]
        if kind in (int, float, str, Path):
            return kind(value)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{value!r} is not a {kind.__name__}", where=where, todo="Mend the value") from error
    return value
