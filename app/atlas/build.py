"""The whole way from layer files, texts and reference data to the atlas file.

A build is reproducible: the same inputs give the same bytes. Mistakes in layer files are collected
and raised together; a check of level ``error`` stops the build as well, and the last good atlas stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from app.atlas.authority import Shapes, read_authority, succession
from app.atlas.backdrop_cache import Backdrop, kept_backdrop
from app.atlas.checks import CATALOGUE, check_features
from app.atlas.checks.targets import check_targets
from app.atlas.coverage import coverage
from app.atlas.differences import lineage_rows
from app.atlas.indicators import (
    Indicators,
    indicator_findings,
    indicator_rows,
    read_indicators,
    series_rows,
)
from app.atlas.inputs import Inputs
from app.atlas.layers import LayerFilesError, load_layers, load_moved, load_themes, locating_order
from app.atlas.ledger import ledger_rows, reported_rows
from app.atlas.lineage import Relation, lineage_findings, read_lineage
from app.atlas.model import Entry, Feature, Finding, FindingLevel, PlanFolder, Theme
from app.atlas.pinyin import index_rows, spellings
from app.atlas.placewords import load_place_words
from app.atlas.properties import geojson_feature, properties, published_geometry
from app.atlas.reading import text_document
from app.atlas.results import Result, read_results, result_rows
from app.atlas.store import BACKDROP_TILES, SCHEMA_VERSION
from app.atlas.sums import read_sums
from app.atlas.write import write_atlas
from app.errors import AtlasError, InputFileError, MissingInputError
from app.places.districts import district
from app.places.gazetteer import spots
from app.places.linework import Lines
from app.places.locate import Locator
from app.places.measure import area_km2, length_km
from app.places.model import Georeference, Spot
from app.places.reference import Reference
from app.places.reference_checks import check_reference
from app.places.specs import feature_refs
from app.plans.document import PlanText, read_plan
from app.plans.model import LinkedText, NameRule, Target
from app.plans.passages import link_text
from app.plans.targets import find_results, find_targets

Progress = Callable[[str, int, int], None]  # what is being done, how many of how many


class ChecksFailedError(AtlasError, ValueError):
    """Checks of level ``error`` failed; ``findings`` are those."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            "\n".join(f"{f.code} {f.feature or ''}: {f.message} {f.cure}" for f in self.findings)
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything an atlas file is written from, and what its basemap is drawn from."""

    version: str
    themes: tuple[Theme, ...]
    folders: tuple[PlanFolder, ...]
    texts: Mapping[str, PlanText]
    features: tuple[Feature, ...]
    indicators: Indicators
    targets: Mapping[str, tuple[Target, ...]]
    results: tuple[Result, ...]
    lineage: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    moved: Mapping[str, str]
    coverage: Mapping[str, Any]
    reference: Reference
    lines: Lines
    spots: tuple[Spot, ...]


def build_atlas(inputs: Inputs, target: Path, *, progress: Progress | None = None) -> Draft:
    """Build the atlas and write it to ``target``.

    Raises
    ------
    LayerFilesError
        With every mistake in the layer files: wrong words, unknown streets and ids, circles, names
        that are not in the text.
    MissingInputError
        When a text or extract is missing or damaged.
    ChecksFailedError
        When a check of level ``error`` fails.
    """
    progress = progress or _quiet
    draft = draft_atlas(inputs, progress=progress)
    if errors := [f for f in draft.findings if f.level is FindingLevel.ERROR]:
        raise ChecksFailedError(errors)
    rows = []
    for feature in draft.features:
        values = properties(feature, draft.texts[feature.entry.plan])
        geometry = feature.georeference.geometry
        published = None if geometry is None else published_geometry(geometry)
        rows.append((published, values, geojson_feature(published, values)))
    progress("绘制底图", 0, 1)
    backdrop = kept_backdrop(draft.reference, draft.lines, target.parent / ".cache")
    located = [(geometry, values) for geometry, values, _ in rows]
    write_atlas(target, rows, _documents(draft, backdrop, located))
    return draft


def draft_atlas(inputs: Inputs, *, progress: Progress) -> Draft:
    """Carry everything out short of drawing the basemap and writing the file.

    ``atlas check`` looks at the draft: no finding depends on the basemap, which takes half of a build.
    """
    version = inputs.version()
    themes = load_themes(inputs.layers)
    folders = load_layers(inputs.layers, inputs.texts)
    reference = Reference.open(inputs.reference)
    texts: dict[str, PlanText] = {}
    targets: dict[str, tuple[Target, ...]] = {}
    linked: dict[str, LinkedText] = {}
    for done, folder in enumerate(folders):
        progress("阅读规划文本", done, len(folders))
        text = texts[folder.record.id] = read_plan(folder.record)
        targets[folder.record.id] = tuple(find_targets(text))
        linked |= _link(folder, text, targets[folder.record.id])
    indicators = read_indicators(inputs.layers, texts)
    locator = Locator(reference, inputs.digitised)
    shapes = read_authority(inputs.authority, {f.record.id: [e.id for e in f.entries] for f in folders})
    features = _locate(folders, linked, locator, shapes, progress)
    progress("质量检查", 0, 1)
    found = check_features(
        features,
        districts={
            name: district(name, with_sea=True) for name in {folder.record.district for folder in folders}
        },
        texts=texts,
    )
    results = read_results(inputs.layers, texts, targets, indicators.rows)
    compared = check_targets(
        features,
        texts=texts,
        targets=targets,
        indicators=indicators.rows,
        results=results,
        sums=read_sums(inputs.layers, texts, targets),
    )
    features = tuple(
        replace(f, findings=tuple(item for item in (*found, *compared) if item.feature == f.entry.id))
        for f in features
    )
    by_id = {feature.entry.id: feature for feature in features}
    lineage = read_lineage(inputs.layers, by_id, texts)
    general = tuple(
        Finding(f.code, FindingLevel(f.level), f.message, f.cure) for f in check_reference(reference)
    )
    return Draft(
        version=version,
        themes=themes,
        folders=folders,
        texts=texts,
        features=features,
        indicators=indicators,
        targets=targets,
        results=results,
        lineage=lineage,
        findings=(
            *general,
            *indicator_findings(indicators),
            *found,
            *compared,
            *lineage_findings(lineage, by_id),
        ),
        moved=load_moved(inputs.layers, (f.entry.id for f in features)),
        coverage=coverage(
            folders, themes=themes, texts=texts, features=features, words=load_place_words(inputs.layers)
        ),
        reference=reference,
        lines=locator.lines,
        spots=tuple(spots(reference)),
    )


def _quiet(label: str, done: int, total: int) -> None:
    """No progress is shown."""


def _link(folder: PlanFolder, text: PlanText, targets: Sequence[Target]) -> dict[str, LinkedText]:
    rules = [rule for entry in folder.entries for rule in entry.names]
    rules += [NameRule(text=decoy, owner=None) for decoy in folder.decoys]
    errors = [
        InputFileError(
            entry.at.file,
            f"{entry.id}: {rule.text!r} does not stand in the text of {folder.record.id}",
            line=entry.at.line,
            cure="Write the name as the plan writes it, or mark the feature 'assembled: true'.",
        )
        for entry in folder.entries
        for rule in entry.names
        if rule.text not in text.clean
    ]
    if errors:
        raise LayerFilesError(errors)
    return link_text(text, rules, targets)


def _locate(
    folders: tuple[PlanFolder, ...],
    linked: Mapping[str, LinkedText],
    locator: Locator,
    shapes: Shapes,
    progress: Progress,
) -> tuple[Feature, ...]:
    """Locate and measure all features; they come back in the order of the layer files."""
    records = {folder.record.id: folder.record for folder in folders}
    entries = [entry for folder in folders for entry in folder.entries]
    located: dict[str, Georeference] = {}
    superseded: dict[str, tuple[Georeference, ...]] = {}
    errors: list[InputFileError] = []
    order = locating_order(entries)
    for done, entry in enumerate(order):
        progress("定位要素", done, len(order))
        if any(ref not in located for ref in feature_refs(entry.spec)):
            continue  # what it is made from has failed and is already told
        text = linked.get(entry.id, LinkedText())
        try:
            ours = locator.locate(
                entry.spec,
                district=records[entry.plan].district,
                located=located,
                stated_area_km2=_stated(text, "area"),
            )
            *earlier, located[entry.id] = succession(ours, shapes.get(entry.id, ()))
            superseded[entry.id] = tuple(earlier)
        except AtlasError as error:
            if isinstance(error, MissingInputError):
                raise
            errors.append(InputFileError(entry.at.file, f"{entry.id}: {error}", line=entry.at.line))
    if errors:
        raise LayerFilesError(errors)
    made = (
        _feature(entry, records, linked.get(entry.id, LinkedText()), located[entry.id]) for entry in entries
    )
    return tuple(replace(feature, superseded=superseded[feature.entry.id]) for feature in made)


def _stated(text: LinkedText, kind: str) -> float | None:
    return next((size.value for size in text.sizes if size.kind == kind), None)


def _feature(
    entry: Entry, records: Mapping[str, Any], text: LinkedText, georeference: Georeference
) -> Feature:
    geometry = georeference.geometry
    area = 0.0 if geometry is None else area_km2(geometry)
    length = 0.0 if geometry is None else length_km(geometry)
    return Feature(
        entry=entry,
        plan=records[entry.plan],
        georeference=georeference,
        text=text,
        computed_area_km2=area or None,
        computed_length_km=georeference.length_km or length or None,
        stated_area_km2=_stated(text, "area"),
        stated_length_km=_stated(text, "length"),
    )


def _documents(draft: Draft, backdrop: Backdrop, rows: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    """The atlas documents (see :mod:`app.atlas.store`)."""
    values = [row for _, row in rows]
    by_id = {row["id"]: row for row in values}
    return {
        "meta": {
            "schema": SCHEMA_VERSION,
            "version": draft.version,
            "backdrops": sorted(backdrop.parts),
        },
        "plans": [_plan_row(folder, values) for folder in draft.folders],
        "themes": [asdict(theme) for theme in draft.themes],
        "layers": list(_layer_rows(draft, rows)),
        "findings": [_finding_row(f, by_id) for f in draft.findings],
        "register": [_register_row(row) for row in values if row["method"] == "unlocated"],
        "indicators": indicator_rows(draft.indicators, draft.texts),
        "series": series_rows(draft.indicators),
        "lineage": lineage_rows(draft.lineage, {f.entry.id: f for f in draft.features}, draft.texts),
        "targets": ledger_rows(draft.texts, draft.targets, draft.features, draft.indicators),
        "reported": reported_rows(
            draft.texts, {plan: find_results(text) for plan, text in draft.texts.items()}
        ),
        "results": result_rows(draft.results, draft.texts),
        "checks": [{**asdict(check), "level": check.level.value} for check in CATALOGUE.values()],
        "coverage": dict(draft.coverage),
        "moved": dict(draft.moved),
        "names": index_rows(values),
        "spellings": spellings(values),
        **{f"text/{plan}": text_document(text, draft.targets[plan]) for plan, text in draft.texts.items()},
        **{f"backdrop/{name}": body for name, body in backdrop.parts.items()},
        "gazetteer": draft.spots,
        BACKDROP_TILES: backdrop.tiles,
    }


def _plan_row(folder: PlanFolder, values: list[dict[str, Any]]) -> dict[str, Any]:
    record = folder.record
    own = [row for row in values if row["plan"] == record.id]
    row = asdict(record)
    del row["text"]  # a path of this machine; the id names the file
    return row | {"features": len(own), "located": sum(r["method"] != "unlocated" for r in own)}


def _layer_rows(draft: Draft, rows: list[tuple[Any, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for folder in draft.folders:
        for theme in draft.themes:
            layer_id = f"{folder.record.id}-{theme.id}"
            own = [(geometry, row) for geometry, row in rows if row["layer"] == layer_id]
            if not own:
                continue
            boxes = [geometry.bounds for geometry, _ in own if geometry is not None]
            west, south, east, north = zip(*boxes, strict=True) if boxes else ((), (), (), ())
            yield {
                "id": layer_id,
                "plan": folder.record.id,
                "theme": theme.id,
                "title": f"{folder.record.short_title} · {theme.title}",
                "title_en": f"{folder.record.short_title_en} · {theme.title_en}",
                "count": len(own),
                "located": len(boxes),
                "bbox": [min(west), min(south), max(east), max(north)] if boxes else None,
            }


def _finding_row(finding: Finding, features: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A finding with the name of its feature and its plan; the reference data have neither."""
    feature = features.get(finding.feature or "", {"name": "", "plan": finding.plan or ""})
    return asdict(finding) | {
        "level": finding.level.value,
        "name": feature["name"],
        "plan": feature["plan"],
    }


def _register_row(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("id", "name", "plan", "theme", "layer", "kind", "level", "district", "reason", "note")
    first = row["passages"][0] if row["passages"] else None
    cure = next((e["note"] for e in row["evidence"] if e["source"] == "cure"), "")
    return {key: row[key] for key in keys} | {"cure": cure, "passage": first}
