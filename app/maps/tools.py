"""The map's tools: ask what the plans say at a place that is pointed at or drawn, measure, find oneself."""

from __future__ import annotations

from folium.plugins import Draw
from folium.template import Template

from app.maps.assets import local_name
from app.maps.elements import PageElement

_DRAW_SCRIPT = dict(Draw.default_js)["leaflet_draw_js"]


class Tools(PageElement):
    """A small menu beside the layers; the drawing script is fetched when first something is drawn."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <details class="tools" id="tools"><summary>问图</summary>
          <div class="tools-menu">
          <h2>这里的规划说了什么</h2>
          <button type="button" data-tool="point">点一处</button>
          <button type="button" data-tool="line">画一条线</button>
          <button type="button" data-tool="box">画矩形</button>
          <button type="button" data-tool="area">画范围</button>
          <button type="button" data-tool="centre">地图中心</button>
          <button type="button" data-tool="locate">我的位置</button>
          <h2>量算</h2>
          <button type="button" data-tool="distance">量距离</button>
          <button type="button" data-tool="size">量面积</button>
          <h2>视图</h2>
          <button type="button" data-tool="full">全屏</button>
          <button type="button" data-tool="print">打印</button>
          <button type="button" data-tool="share">分享</button>
          </div>
        </details>
        {% endautoescape %}{% endmacro %}
        {% macro script(this, kwargs) %}
        atlas.tools({{ this._parent.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, *, here: str, prints: str, embed: str, code: str, assets: str) -> None:
        super().__init__("tools")
        self.settings = {
            "here": here,
            "prints": prints,
            "embed": embed,
            "code": code,
            "script": assets + local_name(_DRAW_SCRIPT),
        }
