"""Folium elements of our own: each puts its piece of the page down and starts its script module.

The modules live in ``app/static/js`` and are called as ``atlas.<function>(map, options)``. Elements
carry settings and headings only; features are fetched by URL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from app.atlas.model import Status
from app.atlas.styles import StyleBook
from app.atlas.words import KINDS, LEVELS, METHOD_TITLES
from app.maps.basemaps import Basemap
from app.maps.styles import MARKER_PATHS


class Verbatim(Element):
    """Finished text in a branca tree.

    branca's own ``Element(text)`` takes its text for a template, so a plan title with ``{{`` in it
    would be run. This one never looks inside.
    """

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class PageElement(MacroElement):
    """Base of our elements: renders its ``html`` and ``script`` macros once, as finished text."""

    def __init__(self, name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = name, "element"  # fixed, so that the same atlas gives the same page

    def render(self, **kwargs: Any) -> str:
        """Add this element's pieces to the figure, then its children's; nothing stands here itself."""
        figure = self.get_root()
        assert isinstance(figure, Figure)
        for name in ("html", "script"):
            macro = getattr(self._template.module, name, None)
            if macro is not None:
                getattr(figure, name).add_child(Verbatim(str(macro(self, kwargs))), name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""


class PlanMap(folium.Map):
    """A Folium map that asks for Leaflet only, has no tiles and puts no inline style on the page.

    ``folium.Map`` also asks for Bootstrap, jQuery, Font Awesome and its markers, which nothing on
    our pages uses, and writes inline style elements, which our content policy forbids.
    """

    default_js = [("leaflet", dict(folium.Map.default_js)["leaflet"])]  # noqa: RUF012
    default_css = [("leaflet_css", dict(folium.Map.default_css)["leaflet_css"])]  # noqa: RUF012

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="plan-map" id={{ this.get_name()|tojson }} role="region" aria-label="地图"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        const {{ this.get_name() }} = atlas.createMap({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }},
            ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
        """
    )

    def __init__(self, *, name: str, location: tuple[float, float], zoom: int, **options: Any) -> None:
        super().__init__(location=location, tiles=None, zoom_start=zoom, control_scale=False, **options)
        self._name, self._id = "map", name  # fixed, so that the same atlas gives the same page


class ScriptElement(PageElement):
    """Calls one function of the script with the map and some options."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        atlas.{{ this.function }}({{ this._parent.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, settings: Mapping[str, Any]) -> None:
        super().__init__(function)
        self.function = function
        self.settings = dict(settings)


class Patterns(PageElement):
    """Hatching for areas that are indicative only: one SVG pattern per theme."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
        {% for style in this.styles %}{% for hatch in this.hatches %}{% set side = hatch.spacing|int %}
        <pattern id="hatch-{{ style.theme }}" width="{{ side }}" height="{{ side }}"
          patternUnits="userSpaceOnUse" patternTransform="rotate({{ hatch.angle|int }})">
        <rect width="{{ side }}" height="{{ side }}" fill="{{ style.fill }}"
          fill-opacity="{{ hatch.ground }}"/>
        <path d="M1 0V{{ side }}" stroke="{{ style.fill }}" stroke-width="{{ hatch.width }}"
          stroke-opacity="{{ hatch.opacity }}"/></pattern>
        {% endfor %}{% endfor %}
        </defs></svg>
        {% endautoescape %}{% endmacro %}
        """
    )

    def __init__(self, book: StyleBook) -> None:
        super().__init__("patterns")
        self.styles = list(book.themes.values())
        self.hatches = [style.hatch for style in book.certainties.values() if style.hatch]


class LayerTree(PageElement):
    """Plans, in each its themes with a symbol, a count and a check box; a list of features on demand."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="tree" id="layer-tree" role="region" aria-label="图层">
        {% for plan in this.plans %}
        <details class="tree-plan" data-plan="{{ plan.id }}"
          data-from="{{ plan.start }}" data-to="{{ plan.end }}">
          <summary><span class="tree-title">{{ plan.title }}</span><span class="tree-on"></span>
            <span class="count" title="已落图 / 全部">{{ plan.located }}/{{ plan.count }}</span></summary>
          <ul>
          {% if plan.bounds %}
          <li><button type="button" class="tree-fit"
            data-fit="{{ plan.bounds|join(",") }}">看本规划全域</button></li>
          {% endif %}
          {% for layer in plan.layers %}
          <li class="tree-layer">
            <label><input type="checkbox" data-layer="{{ layer.id }}" data-theme="{{ layer.theme }}"
              {%- if layer.shown %} checked{% endif %}{% if not layer.located %} disabled{% endif %}>
              <svg class="swatch" viewBox="-1.5 -1.5 3 3" aria-hidden="true"><path d="{{ layer.path }}"
                fill="{{ layer.fill }}" stroke="{{ layer.stroke }}" stroke-width=".3"/></svg>
              <span class="tree-name">{{ layer.title }}</span>
              <span class="count" title="已落图 / 全部">{{ layer.located }}/{{ layer.count }}</span></label>
            <button type="button" class="tree-only" data-only="{{ layer.id }}"
              aria-label="只看 {{ plan.title }} {{ layer.title }}"
              {%- if not layer.located %} disabled{% endif %}>只看</button>
            <button type="button" class="tree-more" data-list="{{ layer.id }}" aria-expanded="false"
              aria-label="列出 {{ plan.title }} {{ layer.title }} 的要素"></button>
          </li>
          {% endfor %}
          </ul>
        </details>
        {% endfor %}
        </div>
        {% endautoescape %}{% endmacro %}
        """
    )

    def __init__(
        self,
        *,
        plans: Sequence[Mapping[str, Any]],
        themes: Sequence[Mapping[str, Any]],
        layers: Sequence[Mapping[str, Any]],
        book: StyleBook,
        shown_plans: frozenset[str],
        shown_themes: frozenset[str],
    ) -> None:
        super().__init__("layer_tree")
        titles = {theme["id"]: theme["title"] for theme in themes}
        self.plans = []
        for plan in plans:
            rows = []
            for layer in layers:
                if layer["plan"] != plan["id"]:
                    continue
                style = book.theme(str(layer["theme"]))
                rows.append(
                    {
                        **{key: layer[key] for key in ("id", "theme", "count", "located")},
                        "title": titles[layer["theme"]],
                        "shown": layer["theme"] in shown_themes
                        and plan["id"] in shown_plans
                        and bool(layer["located"]),
                        "path": MARKER_PATHS[style.marker],
                        "fill": style.fill,
                        "stroke": style.stroke,
                    }
                )
            boxes = [layer["bbox"] for layer in layers if layer["plan"] == plan["id"] and layer["bbox"]]
            if rows:
                self.plans.append(
                    {
                        "id": plan["id"],
                        "title": plan["short_title"],
                        "start": int(plan["start_year"]),
                        "end": int(plan["end_year"]),
                        "count": sum(int(row["count"]) for row in rows),
                        "located": sum(int(row["located"]) for row in rows),
                        "layers": rows,
                        "bounds": [
                            *(min(box[i] for box in boxes) for i in (0, 1)),
                            *(max(box[i] for box in boxes) for i in (2, 3)),
                        ]
                        if boxes
                        else [],
                    }
                )


class Legend(PageElement):
    """Themes (each switches its theme in all plans), the ways certainty is drawn, and filters by both."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="legend" id="legend" role="region" aria-label="图例与筛选">
          <h2>确定程度</h2>
          <ul class="legend-certainty">
          {% for certainty, item in this.certainties %}
          <li><label><input type="checkbox" data-certainty="{{ certainty }}" checked>
            <svg viewBox="0 0 44 26" aria-hidden="true"><rect x="2" y="2" width="40" height="22" rx="3"
              fill="{{ "url(#hatch-%s)"|format(this.sample.theme) if item.hatch else this.sample.fill }}"
              fill-opacity="{{ 1 if item.hatch else 0.25 }}"
              stroke="{{ this.sample.stroke }}" stroke-width="2"
              {%- if item.dash %} stroke-dasharray="{{ item.dash|join(" ") }}"{% endif %}/></svg>
            <span title="{{ item.meaning }}">{{ item.label }}
              <span class="unseen">：{{ item.meaning }}</span></span></label></li>
          {% endfor %}
          </ul>
          <div class="legend-filters">
          {% for name, label, choices in this.filters %}
          <label>{{ label }} <select data-filter="{{ name }}"><option value="">全部</option>
          {% for value, title in choices %}
          <option value="{{ value }}">{{ title }}</option>
          {% endfor %}
          </select></label>
          {% endfor %}
          <label>图层浓淡 <input id="opacity" type="range" min="20" max="100" value="100"></label>
          </div>
          <h2>专题 <small>点按可在各规划中一并开关</small></h2>
          <ul class="legend-themes">
          {% for theme in this.themes %}
          <li><button type="button" data-toggle-theme="{{ theme.id }}" aria-pressed="false">
            <svg class="swatch" viewBox="-1.5 -1.5 3 3" aria-hidden="true"><path d="{{ theme.path }}"
              fill="{{ theme.fill }}" stroke="{{ theme.stroke }}" stroke-width=".3"/></svg>
            {{ theme.title }}</button></li>
          {% endfor %}
          </ul>
        </div>
        {% endautoescape %}{% endmacro %}
        """
    )

    def __init__(self, *, themes: Sequence[Mapping[str, Any]], book: StyleBook) -> None:
        super().__init__("legend")
        self.certainties = list(book.certainties.items())
        self.filters = (
            ("method", "落图方法", tuple(METHOD_TITLES.items())),
            ("kind", "类别", tuple(KINDS.items())),
            ("status", "状态", tuple((status.value, status.value) for status in Status)),
            ("level", "分量", tuple(LEVELS.items())),
        )
        self.sample = book.theme("zones")
        self.themes = []
        for theme in themes:
            style = book.theme(str(theme["id"]))
            self.themes.append(
                {
                    "id": theme["id"],
                    "title": theme["title"],
                    "path": MARKER_PATHS[style.marker],
                    "fill": style.fill,
                    "stroke": style.stroke,
                }
            )


class BasemapSwitch(PageElement):
    """Radio buttons for the basemap, and the place where the page says that a datum is shifted."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <fieldset class="basemaps" id="basemaps"><legend>底图</legend>
        {% for choice in this.choices %}
        <label{% if choice.missing %} title="{{ choice.missing }}"{% endif %}>
          <input type="radio" name="basemap" value="{{ choice.id }}"
            {%- if loop.first %} checked{% endif %}{% if choice.missing %} disabled{% endif %}>
          <span>{{ choice.title }}</span></label>
        {% endfor %}
        </fieldset>
        <p class="notice" id="datum-notice" role="status" hidden></p>
        {% endautoescape %}{% endmacro %}
        {% macro script(this, kwargs) %}
        atlas.basemaps({{ this._parent.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, choices: Sequence[Basemap], *, backdrop_url: str) -> None:
        super().__init__("basemaps")
        self.choices = choices
        self.settings = {"choices": [choice.as_options() for choice in choices], "backdropUrl": backdrop_url}
