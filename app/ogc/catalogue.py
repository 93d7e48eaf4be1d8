"""What there is to ask: a collection per layer, one of all features, and the rows without geometry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from app.atlas.features import Page, StoredFeature
from app.atlas.queryables import FEATURE_QUERYABLES, Queryable, Queryables, ValueType, table, with_values
from app.atlas.styles import Shape, shape_of
from app.errors import NotFoundError
from app.language import LANGUAGES, current, mark, speaking, titled
from app.language import gettext as _
from app.ogc.rows import (
    PASSAGE_COLUMNS,
    RowTable,
    indicator_rows,
    passage_rows,
    queryables_of,
    target_rows,
)

if TYPE_CHECKING:
    from app.atlas.query import BBox, FeatureFilter, Query
    from app.atlas.store import Atlas

ALL: Final = "features"
"""The collection of all features."""

FIXED: Final = (
    "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs",
    "sortby", "properties",
)  # fmt: skip
"""Parameters of every collection's items; the names of queryables come to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Something that can be asked for items, described in the language in which it is asked about.

    ``other_title`` is its title in the other language; ``layer`` is the layer it holds, None where it is not
    one layer; ``spatial`` says whether its items have a place; ``bbox`` is WGS84; ``years`` are the first and
    last that its plans cover; ``shape`` is the only one its items have, None where they may have any or none.
    """

    id: str
    title: str
    other_title: str
    description: str
    layer: str | None
    plan: str | None
    spatial: bool
    bbox: BBox | None
    years: tuple[int, int]
    page: str
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class _OfShape:
    """Geometries of one shape, among those that meet another filter."""

    shape: Shape
    other: FeatureFilter | None

    @property
    def bounds(self) -> BBox | None:
        """The box that the other filter looks in."""
        return getattr(self.other, "bounds", None)

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature is of the shape and meets the other filter."""
        if feature.geometry is None or shape_of(feature.geometry.geom_type) is not self.shape:
            return False
        return self.other is None or self.other.matches(feature)


class Catalogue:
    """The collections of one atlas and the way to their items; safe to share between threads."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.plans: Mapping[str, Mapping[str, Any]] = {plan["id"]: plan for plan in atlas.plans}
        self._collections: dict[str, Mapping[str, Collection]] = {}
        self._parameters: dict[str, Queryables] = {}
        self._allowed: dict[str, frozenset[str]] = {}
        self._sources: Mapping[str, Callable[[], RowTable]] = {
            "passages": lambda: self.passages,
            "targets": lambda: self.targets,
            "indicators": lambda: self.indicators,
        }

    @property
    def collections(self) -> Mapping[str, Collection]:
        """The collections by id, in the current language."""
        found = self._collections.get(current())
        if found is None:
            all_of_them = (*_spatial(self.atlas), *_tables(self.atlas))
            found = self._collections[current()] = {item.id: item for item in all_of_them}
        return found

    @cached_property
    def passages(self) -> RowTable:
        """All passages; gathered from the features when first asked for."""
        return RowTable(passage_rows(self.atlas))

    @cached_property
    def targets(self) -> RowTable:
        """All targets."""
        return RowTable(target_rows(self.atlas))

    @cached_property
    def indicators(self) -> RowTable:
        """All indicators."""
        return RowTable(indicator_rows(self.atlas))

    def collection(self, collection_id: str) -> Collection:
        """The collection with this id.

        Layers mix shapes, and GIS programs take a collection to have one: ``<layer>.area``, ``.line`` and
        ``.point`` are the parts of a layer that have it. They are not listed: nothing is in them that is
        not in the layer.

        Raises
        ------
        NotFoundError
            There is none.
        """
        layer, dot, shape = collection_id.partition(".")
        found = self.collections.get(layer)
        if dot:
            found = _of_shape(found, shape)
        if found is None:
            raise NotFoundError(
                _("没有编号为 %(id)s 的数据集；全部数据集见 /ogc/collections。", id=collection_id[:80])
            )
        return found

    def query(self, collection: Collection, query: Query) -> Page:
        """Items of a collection; ``query`` already names its layer."""
        if collection.shape is not None:
            query = replace(query, registered=False, where=_OfShape(collection.shape, query.where))
        if collection.spatial:
            return self.atlas.query(query)
        return self._sources[collection.id]().query(query)

    def item(self, collection: Collection, item_id: str) -> StoredFeature | None:
        """One item of a collection."""
        if not collection.spatial:
            return self._sources[collection.id]().feature(item_id)
        feature = self.atlas.feature(item_id)
        if feature is None or collection.layer not in (None, feature.layer):
            return None
        mine = collection.shape is None or _OfShape(collection.shape, None).matches(feature)
        return feature if mine else None

    def queryables(self, collection: Collection) -> Queryables:
        """What can be asked about a collection's items."""
        if collection.spatial:
            return self._feature_queryables
        return table((*queryables_of(self.columns(collection)).values(), *self._periods))

    def parameters(self, collection: Collection) -> Queryables:
        """The queryables whose names are parameters of the collection's items: those with single values."""
        key = ALL if collection.spatial else collection.id
        found = self._parameters.get(key)
        if found is None:
            rows = self.queryables(collection).values()
            several = (ValueType.GEOMETRY, ValueType.TEXTS)
            found = self._parameters[key] = table(row for row in rows if row.type not in several)
            extra = ("q",) if collection.spatial else ()
            self._allowed[key] = frozenset((*FIXED, *extra, *found))
        return found

    def allowed(self, collection: Collection) -> frozenset[str]:
        """All parameters of the collection's items."""
        self.parameters(collection)
        return self._allowed[ALL if collection.spatial else collection.id]

    def columns(self, collection: Collection) -> Mapping[str, ValueType | None]:
        """The properties of a collection's items: single values by type, None for lists and records."""
        if not collection.spatial:
            return PASSAGE_COLUMNS if collection.id == "passages" else self._sources[collection.id]().columns
        flat = {
            name: row.type for name, row in FEATURE_QUERYABLES.items() if row.type is not ValueType.GEOMETRY
        }
        return {**flat, **dict.fromkeys(("aliases", "evidence", "passages", "targets", "findings"))}

    def sortables(self, collection: Collection) -> Queryables:
        """What items can be sorted by: properties of their own that have single values."""
        own = self.queryables(collection).values()
        return table(
            row for row in own if row.read is None and row.type not in (ValueType.TEXTS, ValueType.BOOLEAN)
        )

    @cached_property
    def _periods(self) -> tuple[Queryable, ...]:
        starts = {plan_id: f"{plan['start_year']}-01-01" for plan_id, plan in self.plans.items()}
        ends = {plan_id: f"{plan['end_year']}-12-31" for plan_id, plan in self.plans.items()}
        return (
            Queryable(
                "period_start",
                mark("规划期始"),
                ValueType.DATE,
                read=lambda f: starts.get(f.properties["plan"]),
            ),
            Queryable(
                "period_end", mark("规划期末"), ValueType.DATE, read=lambda f: ends.get(f.properties["plan"])
            ),
        )

    @cached_property
    def _feature_queryables(self) -> Queryables:
        known = with_values(
            FEATURE_QUERYABLES,
            {
                "plan": self.plans,
                "theme": [theme["id"] for theme in self.atlas.themes],
                "layer": [layer["id"] for layer in self.atlas.layers],
                "district": dict.fromkeys(plan["district"] for plan in self.atlas.plans),
            },
        )
        return table((*known.values(), *self._periods))


@lru_cache(maxsize=2)
def catalogue(atlas: Atlas) -> Catalogue:
    """The catalogue of an atlas; kept, with the one before it, while a new build takes over."""
    return Catalogue(atlas)


_OF_SHAPE: Final[Mapping[Shape, tuple[str, str]]] = {
    Shape.AREA: (mark("%(layer)s（面）"), mark("此数据集只含其中的面状要素。")),
    Shape.LINE: (mark("%(layer)s（线）"), mark("此数据集只含其中的线状要素。")),
    Shape.POINT: (mark("%(layer)s（点）"), mark("此数据集只含其中的点状要素。")),
}
"""How the part of a layer that has a shape is called and described."""


def _of_shape(layer: Collection | None, shape: str) -> Collection | None:
    """The part of a layer that has one shape; None where there is no such layer or shape."""
    if layer is None or layer.layer is None or shape not in tuple(Shape):
        return None
    title, description = _OF_SHAPE[Shape(shape)]
    return replace(
        layer,
        id=f"{layer.id}.{shape}",
        title=_(title, layer=layer.title),
        other_title=_elsewhere(_, title, layer=layer.other_title),
        description=layer.description + _(description),
        shape=Shape(shape),
    )


def _elsewhere(say: Callable[..., str], what: object, **values: object) -> str:
    """What is said in the language that is not the current one."""
    with speaking(next(language for language in LANGUAGES if language != current())):
        return say(what, **values)


def _spatial(atlas: Atlas) -> list[Collection]:
    plans = {plan["id"]: plan for plan in atlas.plans}
    boxes = [layer["bbox"] for layer in atlas.layers if layer.get("bbox")]
    west, south, east, north = zip(*boxes, strict=True) if boxes else ((-180,), (-90,), (180,), (90,))
    title = mark("全部要素")
    whole = Collection(
        id=ALL,
        title=_(title),
        other_title=_elsewhere(_, title),
        description=_("五份规划文本写到的全部要素，已落图的和未落图的（几何为空，附原因）。"),
        layer=None,
        plan=None,
        spatial=True,
        bbox=(min(west), min(south), max(east), max(north)),
        years=_span(atlas),
        page="/features",
    )
    layers = [
        Collection(
            id=layer["id"],
            title=titled(layer),
            other_title=_elsewhere(titled, layer),
            description=_(
                "%(plan)s。%(count)s 个要素，%(located)s 个已落图。",
                plan=titled(plans[layer["plan"]]),
                count=layer["count"],
                located=layer["located"],
            ),
            layer=layer["id"],
            plan=layer["plan"],
            spatial=True,
            bbox=tuple(layer["bbox"]) if layer.get("bbox") else None,
            years=(plans[layer["plan"]]["start_year"], plans[layer["plan"]]["end_year"]),
            page=f"/layers/{layer['id']}",
        )
        for layer in atlas.layers
    ]
    return [whole, *layers]


def _tables(atlas: Atlas) -> list[Collection]:
    words = (
        (
            "passages",
            mark("原文摘录"),
            _("各规划文本中写到要素的句子和段落，逐字引用，附字位。"),
            "/plans",
        ),
        ("targets", mark("目标"), _("规划文本给出的数量目标，附所在句子。"), "/targets"),
        ("indicators", mark("指标"), _("规划指标表，逐行。"), "/indicators"),
    )
    return [
        Collection(
            id=name,
            title=_(title),
            other_title=_elsewhere(_, title),
            description=description,
            layer=None,
            plan=None,
            spatial=False,
            bbox=None,
            years=_span(atlas),
            page=page,
        )
        for name, title, description, page in words
    ]


def _span(atlas: Atlas) -> tuple[int, int]:
    return (
        min(plan["start_year"] for plan in atlas.plans),
        max(plan["end_year"] for plan in atlas.plans),
    )
