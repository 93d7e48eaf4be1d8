"""Folium elements of our own: each puts its piece of the page down and starts its script module.

The modules live in ``app/static/js`` and are called as ``atlas.<function>(map, options)``. Elements
carry settings and headings only; features are fetched by URL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.plugins import VectorGridProtobuf
from folium.template import Template

from app.atlas.styles import StyleBook
from app.language import gettext as _
from app.maps.basemaps import Basemap


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
    """A Folium map that asks for Leaflet and its vector tiles only and puts no inline style on the page.

    ``folium.Map`` also asks for Bootstrap, jQuery, Font Awesome and its markers, which nothing on
    our pages uses, and writes inline style elements, which our content policy forbids.
    """

    default_js = [  # noqa: RUF012
        ("leaflet", dict(folium.Map.default_js)["leaflet"]),
        *VectorGridProtobuf.default_js,
    ]
    default_css = [("leaflet_css", dict(folium.Map.default_css)["leaflet_css"])]  # noqa: RUF012

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="plan-map" id={{ this.get_name()|tojson }} role="region"
          aria-label="{{ this.label }}"></div>
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
        self.label = _("地图")


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


class BasemapSwitch(PageElement):
    """Radio buttons for the basemap, and the place where the page says that a datum is shifted."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <fieldset class="basemaps" id="basemaps"><legend>{{ this.words.basemap }}</legend>
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

    def __init__(self, choices: Sequence[Basemap], *, tiles: Mapping[str, Any]) -> None:
        super().__init__("basemaps")
        self.words = {"basemap": _("底图")}
        self.choices = choices
        self.settings = {"choices": [choice.as_options() for choice in choices], "tiles": dict(tiles)}
