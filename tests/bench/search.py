"""How long the search box takes: many kinds of queries on the five plans, each asked several times.

The figure is the whole request without the network, as data and as page; the ratio to a plain scan
of the same texts for the same characters (``str.find``) tells what grouping, reading and snippets cost.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app import create_app
from app.atlas.fulltext import simplified
from app.atlas.search import fold
from app.atlas.store import Atlas

ROUNDS = 5
QUERIES: dict[str, tuple[str, ...]] = {
    "one character": ("海", "路", "的", "一", "区", "，", "0", "桥"),
    "two characters": ("和平", "地铁", "就业", "发展", "建设", "海河", "公园", "税收"),
    "cut across words": ("岸两条亿", "业区和", "设的", "展活力", "平路中", "区的建设"),
    "names": ("五大道", "南港工业区", "海河东岸金创走廊", "滨江道-和平路中心商业区", "东疆保税港区"),
    "sentences": ("亿元税收楼宇超过12栋", "累计新增就业15万人", "单位地区生产总值能耗", "五区三带空间布局"),
    "pinyin": ("wudadao", "heping", "dagu", "jiefangbeilu", "binhaixinqu", "zhongxin", "chongqing", "hai"),
    "initials": ("wdd", "jfbl", "hh", "bhxq", "xbl", "d"),
    "slips": ("五大到", "小百楼", "解放被路", "海河东岸金创走朗", "wudadoa", "民圆广场", "南京路商务商贸代"),
    "traditional": ("衛津路", "濱海新區", "億元稅收", "歷史文化街區"),
    "width and blanks": ("２０２５年", "１２栋", "五 大 道", "ＰＭ２．５", "pm2.5"),
    "nothing": ("乌兰巴托", "zzzzqqq", "'; DROP TABLE", "<script>", "和平区" * 33),
}  # fmt: skip


def best(ask: Callable[[], object]) -> float:
    """Milliseconds of processor time of the quickest round; a busy machine lengthens it little."""
    times = []
    for _ in range(ROUNDS):
        before = time.thread_time()
        ask()
        times.append(time.thread_time() - before)
    return min(times) * 1e3


def scanned(texts: list[str], needle: str) -> int:
    """How often a needle stands in the texts."""
    return sum(text.count(needle) for text in texts)


def measure(path: Path) -> None:
    """Measure and print."""
    client = create_app({"ATLAS_FILE": path}).test_client()
    atlas = Atlas.open(path)
    texts = [fold(atlas.document(f"text/{plan['id']}")["clean"]) for plan in atlas.plans]
    client.get("/search?q=海河")  # folds the texts once
    everything: list[tuple[float, str, float]] = []
    for kind, queries in QUERIES.items():
        rows = []
        for query in queries:
            answer = client.get("/search.json", query_string={"q": query})
            assert answer.status_code == 200
            asked, needle = {"q": query}, fold(simplified(query))
            data = best(partial(client.get, "/search.json", query_string=asked))
            page = best(partial(client.get, "/search", query_string=asked))
            scan = best(partial(scanned, texts, needle))
            rows.append((data, query[:12], page, scan))
        slowest = max(rows)
        everything += [(data, query, page) for data, query, page, _ in rows]
        ratio = statistics.median(data / scan for data, _, _, scan in rows)
        print(
            f"search, {kind:<17} {statistics.median(row[0] for row in rows):5.1f} ms median,"
            f" {slowest[0]:5.1f} slowest ({slowest[1]}); {ratio:4.0f} times a plain scan"
        )
    data, query, _ = max(everything)
    page = max(row[2] for row in everything)
    print(f"search, {len(everything)} queries      {data:5.1f} ms slowest as data ({query}), {page:.1f} page")
