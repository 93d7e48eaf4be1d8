"""Where on the web the data stand: the addresses that metadata, projects and packages name.

They are those of the README; the web room serves them.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.exports.formats import FORMATS
from app.exports.metadata import Record
from app.exports.selection import EVERYTHING


@dataclass(frozen=True, slots=True)
class Distribution:
    """A way to get the data: a title, an address and a media type."""

    title: str
    address: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Site:
    """An atlas on the web: its address without a slash at the end, and whom to write to.

    ``contact`` is a mail or web address; where nobody is named it is the atlas' own address.
    """

    home: str
    contact: str

    def page(self, record: Record) -> str:
        """The page of what a record describes, which identifies it."""
        if record.id == EVERYTHING:
            return f"{self.home}/"
        return f"{self.home}/{'plans' if record.id == record.plans[0]['id'] else 'layers'}/{record.id}"

    def distributions(self, record: Record) -> tuple[Distribution, ...]:
        """Files in every format, the service, and what programs draw them with."""
        if record.id == EVERYTHING:
            base, sign = f"{self.home}/download", "?f="
        elif record.id == record.plans[0]["id"]:
            base, sign = f"{self.home}/download", f"?plan={record.id}&f="
        else:
            base, sign = f"{self.home}/layers/{record.id}", "?f="
        files = tuple(
            Distribution(item.title, f"{base}{sign}{item.id}", item.media_type) for item in FORMATS.values()
        )
        more: tuple[Distribution, ...] = ()
        if len(record.parts) == 1 and record.id == record.parts[0]:
            items = f"{self.home}/ogc/collections/{record.id}/items"
            more = (Distribution("OGC API - Features", items, "application/geo+json"),)
        else:
            more = (
                Distribution("QGIS", f"{self.home}/qgis/{record.id}.qgz", "application/x-qgis-project"),
                Distribution(
                    "QGIS + GeoPackage", f"{self.home}/qgis/{record.id}-offline.zip", "application/zip"
                ),
            )
        if record.id == record.plans[0]["id"] and record.id != EVERYTHING:
            package = f"{self.home}/packages/{record.id}.plan.zip"
            more += (Distribution("规划数据包", package, "application/zip"),)
        return files + more
