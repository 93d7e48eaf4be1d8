"""The map's tools: ask what the plans say at a place that is pointed at or drawn, measure, find oneself."""

from __future__ import annotations

from folium.plugins import Draw
from folium.template import Template

from app.language import gettext as _
from app.maps.assets import local_name
from app.maps.elements import PageElement

_DRAW_SCRIPT = dict(Draw.default_js)["leaflet_draw_js"]


class Tools(PageElement):
    """A small menu beside the layers; the drawing script is fetched when first something is drawn."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <details class="tools" id="tools"><summary>{{ this.words.ask }}</summary>
          <div class="tools-menu">
          {% for heading, tools in this.groups %}
          <h2>{{ heading }}</h2>
          {% for name, words in tools %}
          <button type="button" data-tool="{{ name }}">{{ words }}</button>
          {% endfor %}{% endfor %}
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
        self.words = {"ask": _("问图")}
        self.groups = [
            (
                _("这里的规划说了什么"),
                [
                    ("point", _("点一处")),
                    ("line", _("画一条线")),
                    ("box", _("画矩形")),
                    ("area", _("画范围")),
                    ("centre", _("地图中心")),
                    ("locate", _("我的位置")),
                ],
            ),
            (
                _("量算"),
                [
                    ("distance", _("量距离")),
                    ("size", _("量面积")),
                ],
            ),
            (
                _("视图"),
                [
                    ("full", _("全屏")),
                    ("print", _("打印")),
                    ("share", _("分享")),
                ],
            ),
        ]
        self.settings = {
            "here": here,
            "prints": prints,
            "embed": embed,
            "code": code,
            "script": assets + local_name(_DRAW_SCRIPT),
        }
