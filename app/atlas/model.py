"""The values of the atlas room: what a layer file says a feature is, and what the built atlas holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from app.language import mark
from app.places.model import Georeference
from app.places.specs import Spec
from app.plans.model import LinkedText, NameRule, PlanRecord


class Kind(StrEnum):
    """What sort of thing a feature is; the value is used in files and URLs."""

    STRUCTURE = "structure"
    ZONE = "zone"
    CORRIDOR = "corridor"
    AXIS = "axis"
    STREET = "street"
    ROAD = "road"
    RAIL = "rail"
    STATION = "station"
    WATER = "water"
    WETLAND = "wetland"
    PORT = "port"
    PARK = "park"
    SQUARE = "square"
    BLOCK = "block"
    PARCEL = "parcel"
    BUILDING = "building"
    MALL = "mall"
    CULTURAL = "cultural"
    HERITAGE = "heritage"
    SCENIC = "scenic"
    FACILITY = "facility"
    TOWN = "town"
    PROJECT = "project"
    INDUSTRIAL_PARK = "industrial-park"


class Status(StrEnum):
    """What the plan does with the feature, in the plan's language."""

    NEW = mark("新建")
    UPGRADE = mark("改造提升")
    CONTINUE = mark("续建/建成")
    REVIVE = mark("盘活")
    PROTECT = mark("保护")
    FOSTER = mark("培育/定位")
    MENTION = mark("提及")


class Level(StrEnum):
    """How much weight the plan gives the feature."""

    HEADLINE = "headline"
    PROJECT = "project"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Theme:
    """A row of ``layers/themes.yaml``."""

    id: str
    title: str
    title_en: str
    order: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in a layer file something stands (for messages)."""

    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One feature as its layer file describes it."""

    id: str
    name: str
    plan: str
    theme: str
    kind: Kind
    status: Status
    level: Level
    spec: Spec
    names: tuple[NameRule, ...]
    aliases: tuple[str, ...]
    system: str
    parent: str | None
    note: str
    editorial: bool
    assembled: bool
    at: Origin

    @property
    def layer(self) -> str:
        """Id of the layer that draws it."""
        return f"{self.plan}-{self.theme}"


@dataclass(frozen=True, slots=True)
class PlanFolder:
    """A plan, its decoy names and its entries, as read from ``layers/<plan>/``."""

    record: PlanRecord
    decoys: tuple[str, ...]
    entries: tuple[Entry, ...]


class FindingLevel(StrEnum):
    """How grave a finding is; an ``error`` stops the build."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """A numbered check result; ``plan`` is the plan it speaks of where it speaks of no one feature."""

    code: str
    level: FindingLevel
    message: str
    cure: str
    feature: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """An entry carried out: located, linked to its text, measured.

    Areas are geodesic km², lengths geodesic km (ellipsoid WGS84); None where the geometry has none.
    ``superseded`` holds what an authority's geometry took the place of, the oldest first.
    """

    entry: Entry
    plan: PlanRecord
    georeference: Georeference
    text: LinkedText
    computed_area_km2: float | None
    computed_length_km: float | None
    stated_area_km2: float | None
    stated_length_km: float | None
    superseded: tuple[Georeference, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
