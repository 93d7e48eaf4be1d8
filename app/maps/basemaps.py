"""What lies under the plan layers: nothing but our own reference, or an online tile service.

No tile is asked for until the reader picks an online basemap. A basemap says which datum its tiles
are in: China's commercial maps are GCJ-02, some 500 m off WGS84 in Tianjin, so under them the page
shifts the plan layers and says so. What is exported stays WGS84.

A public map in China carries a map approval number (审图号, 《地图管理条例》). Providers print theirs and
change it with each edition, so none is written down here: whoever runs the server states it as a setting,
else the credit says where it is to be read. Our own backdrop has none, and says that too.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from app.language import gettext as _


@dataclass(frozen=True, slots=True)
class Basemap:
    """One choice of the basemap switch.

    ``tiles`` are URL templates, drawn in order; empty for the offline backdrop. ``datum`` is
    ``wgs84`` or ``gcj02``. ``credit`` is HTML, with what is to be said of the map's approval. ``notice`` is
    shown on the map while the basemap is chosen; ``missing`` says why it cannot be chosen.
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


TIANDITU_SITE: Final = "https://www.tianditu.gov.cn/"
AMAP_SITE: Final = "https://www.amap.com/"
OSM_SITE: Final = "https://www.openstreetmap.org/copyright"


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="{}" rel="noopener">{}</a>').format(address, words)


def osm_credit() -> Markup:
    """Whose data the reference is."""
    return _link(OSM_SITE, _("© OpenStreetMap 贡献者（ODbL）"))


def reference_credit() -> Markup:
    """What the offline backdrop is made of, and that no office has examined it."""
    words = _("区界：高德、天地图，非权威")
    return _joined(osm_credit(), words, _("未经审图，没有审图号，仅供参考"))


def _joined(*parts: str) -> Markup:
    return Markup(_("；")).join(parts)


def _approval(number: str, site: str) -> Markup:
    """The number as stated by who runs the server, or where the provider shows it."""
    if number:
        return Markup("{}").format(_("审图号：%(number)s", number=number))
    return _link(site, _("审图号以其网站所示为准"))


def _tianditu(layer: str, key: str) -> str:
    return (
        f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
    )


def basemaps(
    *, tianditu_key: str = "", tianditu_approval: str = "", amap_approval: str = ""
) -> tuple[Basemap, ...]:
    """The choices in the current language, the offline backdrop first.

    Parameters
    ----------
    tianditu_key
        A browser-side key of 天地图. It is part of every tile address, so readers can see it; the
        key's own host restriction is what guards it. Without one the choice is shown, but disabled.
    tianditu_approval, amap_approval
        The 审图号 that the provider's map carries today; empty where nobody has stated it.
    """
    key = tianditu_key.strip()
    return (
        Basemap("none", _("离线底图"), (), "", "wgs84", str(reference_credit()), 19),
        Basemap(
            "osm",
            "OSM",
            ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
            "",
            "wgs84",
            str(_joined(osm_credit(), _("没有审图号，仅供参考"))),
            19,
        ),
        Basemap(
            "tianditu",
            _("天地图"),
            (_tianditu("vec", key), _tianditu("cva", key)) if key.isalnum() else (),
            "01234567",
            "wgs84",
            str(
                _joined(
                    _("© 天地图 国家地理信息公共服务平台（CGCS2000，与 WGS84 视为重合）"),
                    _approval(tianditu_approval, TIANDITU_SITE),
                )
            ),
            18,
            missing="" if key.isalnum() else _("未设置密钥：请在环境变量 TIANDITU_KEY 中给出天地图密钥。"),
        ),
        Basemap(
            "gaode",
            _("高德"),
            (
                "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
            ),
            "1234",
            "gcj02",
            str(_joined(_("© 高德地图"), _approval(amap_approval, AMAP_SITE))),
            18,
            notice=_(
                "高德底图为 GCJ-02 坐标：规划图层已整体换算到 GCJ-02 显示（在天津偏移约 500—600 米）；"
                "导出的数据仍为 WGS84。"
            ),
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
