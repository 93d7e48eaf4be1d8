"""Layer files in, entries out: ``layers/<plan>/plan.yaml`` and ``layers/<plan>/<theme>.yaml``.

Everything that can be wrong with a layer file short of its places and its text is found here, all of
it in one go, each with file, line, reason and cure. This module opens no plan text and no geodata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.atlas.model import Entry, Kind, Level, Origin, PlanFolder, Status, Theme
from app.atlas.yamlfile import Lined, read_yaml
from app.errors import AtlasError, InputFileError
from app.places.grammar import SpecError, parse_spec
from app.places.specs import feature_refs
from app.plans.model import NameRule, PlanRecord

ID_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_FEATURE_KEYS = {
    "id", "name", "aliases", "kind", "system", "parent", "status", "level", "locate", "note", "editorial",
    "assembled", "near", "not_near", "sections", "not_sections",
}  # fmt: skip
_CONDITIONS = ("near", "not_near", "sections", "not_sections")


class LayerFilesError(AtlasError, ValueError):
    """All that is wrong with the layer files, one line each."""

    def __init__(self, errors: Iterable[InputFileError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda e: (str(e.path), e.line or 0)))
        super().__init__("\n".join(str(error) for error in self.errors))


def load_themes(root: Path) -> tuple[Theme, ...]:
    """Read ``themes.yaml``, in drawing order."""
    path = root / "themes.yaml"
    try:
        themes = [Theme(**row) for row in read_yaml(path)["themes"]]
    except (KeyError, TypeError) as error:
        raise InputFileError(path, f"a theme row is incomplete ({error})") from None
    return tuple(sorted(themes, key=lambda theme: theme.order))


def load_moved(root: Path, ids: Iterable[str]) -> dict[str, str]:
    """Read ``moved.yaml``: old feature id → new one, which must exist."""
    path = root / "moved.yaml"
    data = read_yaml(path).get("moved") or Lined()
    known = set(ids)
    for old, new in data.items():
        line = data.key_lines.get(old)
        if new not in known:
            raise InputFileError(path, f"{old!r} moved to {new!r}, which is no feature", line=line)
        if old in known:
            raise InputFileError(path, f"{old!r} is said to have moved but is still a feature", line=line)
    return dict(data)


def load_layers(root: Path, texts: Path) -> tuple[PlanFolder, ...]:
    """Read every plan folder under ``root``; plan texts are looked for in ``texts``.

    Raises
    ------
    LayerFilesError
        With every mistake found: unknown words, duplicate ids, unknown parents, circular references.
    """
    themes = {theme.id for theme in load_themes(root)}
    errors: list[InputFileError] = []
    folders: list[PlanFolder] = []
    for plan_file in sorted(root.glob("*/plan.yaml")):
        try:
            record, decoys = _read_plan(plan_file, texts)
        except InputFileError as error:
            errors.append(error)
            continue
        entries: list[Entry] = []
        for path in sorted(plan_file.parent.glob("*.yaml")):
            if path != plan_file:
                entries += _read_theme(path, record, themes, errors)
        folders.append(PlanFolder(record, decoys, tuple(entries)))
    if not folders and not errors:
        errors.append(InputFileError(root, "no plan folder with a plan.yaml is here"))
    folders.sort(key=lambda folder: (folder.record.district_code, folder.record.start_year, folder.record.id))
    errors += _cross_errors([entry for folder in folders for entry in folder.entries])
    if errors:
        raise LayerFilesError(errors)
    return tuple(folders)


def _read_plan(path: Path, texts: Path) -> tuple[PlanRecord, tuple[str, ...]]:
    data = read_yaml(path)
    decoys = tuple(data.pop("decoys", None) or ())
    plan_id = data.get("id")
    if plan_id != path.parent.name:
        raise InputFileError(path, f"the id {plan_id!r} is not the folder's name", line=1)
    # The file names the text relative to the project; only its name counts, the folder is a setting.
    data["text"] = texts / Path(str(data.get("text"))).name
    data["district_code"] = str(data.get("district_code"))
    for key in ("issued", "period", "document_number"):
        data[key] = None if data.get(key) is None else str(data[key])
    try:
        return PlanRecord(**data), decoys
    except TypeError as error:
        reason = str(error).replace("PlanRecord.__init__() ", "")
        raise InputFileError(path, reason, line=1, cure="Compare with another plan.yaml.") from None


def _read_theme(
    path: Path, plan: PlanRecord, themes: set[str], errors: list[InputFileError]
) -> Iterator[Entry]:
    if path.stem not in themes:
        cure = f"Name it after a theme: {', '.join(sorted(themes))}."
        errors.append(InputFileError(path, f"{path.stem!r} is no theme", cure=cure))
        return
    try:
        rows = read_yaml(path).get("features") or []
    except InputFileError as error:
        errors.append(error)
        return
    for row in rows:
        if not isinstance(row, Lined):
            errors.append(InputFileError(path, f"a feature must be a mapping, not {row!r}"))
            continue
        try:
            yield _read_feature(row, path, plan)
        except InputFileError as error:
            errors.append(error)


def _read_feature(row: Lined, path: Path, plan: PlanRecord) -> Entry:
    def fail(key: str, reason: str, cure: str = "") -> InputFileError:
        return InputFileError(path, reason, line=row.key_lines.get(key, row.line), cure=cure)

    for key in ("id", "name", "kind", "status", "level", "locate"):
        if key not in row:
            raise fail("id", f"the feature {row.get('id', '?')} has no {key!r}")
    feature_id = str(row["id"])
    if unknown := set(row) - _FEATURE_KEYS:
        key = min(unknown)
        raise fail(
            key, f"{feature_id} has an unknown key {key!r}", f"Known: {', '.join(sorted(_FEATURE_KEYS))}."
        )
    if not ID_PATTERN.fullmatch(feature_id) or not feature_id.startswith(plan.id + "-"):
        raise fail("id", f"{feature_id!r} is no id", f"Write {plan.id}-<ascii-slug> in a-z, 0-9 and hyphens.")

    def word(key: str, vocabulary: type[Kind] | type[Status] | type[Level]) -> Any:
        try:
            return vocabulary(row[key])
        except ValueError:
            known = ", ".join(vocabulary)
            raise fail(key, f"{feature_id}: {row[key]!r} is no {key}", f"Use one of: {known}.") from None

    try:
        spec = parse_spec(row["locate"])
    except SpecError as error:
        raise fail("locate", f"{feature_id}: {error.reason}", error.cure) from None
    try:
        names = _name_rules(row, feature_id)
    except (TypeError, KeyError) as error:
        raise fail("aliases", f"{feature_id}: an alias is malformed ({error})") from None
    return Entry(
        id=feature_id,
        name=str(row["name"]),
        plan=plan.id,
        theme=path.stem,
        kind=word("kind", Kind),
        status=word("status", Status),
        level=word("level", Level),
        spec=spec,
        names=names,
        aliases=tuple(dict.fromkeys(rule.text for rule in names if rule.text != row["name"])),
        system=str(row.get("system") or ""),
        parent=row.get("parent"),
        note=str(row.get("note") or ""),
        editorial=bool(row.get("editorial", False)),
        assembled=bool(row.get("assembled", False)),
        at=Origin(path, row.line),
    )


def _name_rules(row: Lined, owner: str) -> tuple[NameRule, ...]:
    def conditions(data: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        lists = {key: data.get(key) or [] for key in _CONDITIONS}
        return {key: (v,) if isinstance(v, str) else tuple(v) for key, v in lists.items()}

    rules = []
    if not row.get("assembled"):
        rules.append(NameRule(text=str(row["name"]), owner=owner, **conditions(row)))
    for alias in row.get("aliases") or []:
        if isinstance(alias, dict):
            rules.append(NameRule(text=str(alias["text"]), owner=owner, **conditions(alias)))
        else:
            rules.append(NameRule(text=str(alias), owner=owner))
    return tuple(rules)


def _cross_errors(entries: list[Entry]) -> list[InputFileError]:
    """Find what only shows when all entries are side by side: duplicates, dangling ids, circles."""
    errors: list[InputFileError] = []
    by_id: dict[str, Entry] = {}
    for entry in entries:
        if first := by_id.get(entry.id):
            where = f"{first.at.file}:{first.at.line}"
            errors.append(_at(entry, f"the id {entry.id} is already used at {where}", "Choose another id."))
        by_id.setdefault(entry.id, entry)
    for entry in entries:
        if entry.parent and entry.parent not in by_id:
            errors.append(
                _at(entry, f"{entry.id}: the parent {entry.parent!r} is no feature", "Correct the id.")
            )
        for ref in feature_refs(entry.spec):
            if ref not in by_id:
                errors.append(
                    _at(entry, f"{entry.id}: locate names {ref!r}, which is no feature", "Correct the id.")
                )
    if not errors:
        errors += _circles(by_id)
    return errors


def _circles(by_id: dict[str, Entry]) -> list[InputFileError]:
    try:
        locating_order(by_id.values())
    except CircularReferenceError as error:
        entry = by_id[error.ids[0]]
        loop = " → ".join((*error.ids, error.ids[0]))
        return [_at(entry, f"features are located from each other in a circle: {loop}", "Break the circle.")]
    return []


class CircularReferenceError(AtlasError, ValueError):
    """Features whose locations depend on each other; ``ids`` is the loop."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = ids
        super().__init__(" → ".join(ids))


def locating_order(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries so that each comes after those its location is made from (depth-first, stable)."""
    by_id = {entry.id: entry for entry in entries}
    done: dict[str, Entry] = {}
    path: list[str] = []

    def visit(entry: Entry) -> None:
        if entry.id in done:
            return
        if entry.id in path:
            raise CircularReferenceError(tuple(path[path.index(entry.id) :]))
        path.append(entry.id)
        for ref in feature_refs(entry.spec):
            visit(by_id[ref])
        path.pop()
        done[entry.id] = entry

    for entry in by_id.values():
        visit(entry)
    return list(done.values())


def _at(entry: Entry, reason: str, cure: str) -> InputFileError:
    return InputFileError(entry.at.file, reason, line=entry.at.line, cure=cure)
