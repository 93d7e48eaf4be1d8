"""FlatGeobuf: one binary layer that is read over the network by parts.

Its spatial index cannot hold features without geometry. A selection with registered features is written
without the index, so that none is lost; leave them out (``registered=false``) and the index is there.
"""

from __future__ import annotations

from pathlib import Path

from app.exports.arrow import Stream, Ticker, write_layer
from app.exports.selection import Selection
from app.exports.table import COLUMNS, batches, crs_label, origin
from app.places.crs import OfferedCrs


def write_flatgeobuf(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write one layer with all columns; credit and version stand in its header too."""
    bare = any(feature.geometry is None or feature.geometry.is_empty for feature in selection.features())
    write_layer(
        Stream(
            rows=batches(selection.features(), crs),
            columns=COLUMNS,
            constant=origin(selection, crs),
            tick=tick,
        ),
        draft,
        driver="FlatGeobuf",
        layer=selection.name,
        crs=crs,
        metadata={"licence": selection.licence, "data_version": selection.version},
        options={
            "TITLE": selection.title,
            "DESCRIPTION": f"{selection.attribution} {crs_label(crs)}",
            "SPATIAL_INDEX": "NO" if bare else "YES",
            "TEMPORARY_DIR": str(draft.parent),
        },
    )
