"""The legend, which is also what the map is narrowed with: certainties, filters, and what they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from folium.template import Template

from app.atlas.model import Status
from app.atlas.periods import period_title, periods
from app.atlas.pinyin import named
from app.atlas.styles import StyleBook
from app.atlas.systems import SEVERAL, System, by_plan
from app.atlas.words import KINDS, LEVELS, METHOD_TITLES
from app.language import gettext as _
from app.language import titled
from app.maps.elements import PageElement
from app.maps.styles import MARKER_PATHS


class Legend(PageElement):
    """Themes (each switches its theme in all plans), the ways certainty is drawn, and filters.

    What the filters leave is said in the legend; a bar on the map says it where the legend is not to be
    seen, and where nothing is left.
    """

    _template = Template(
        """
        {% macro actions(this) %}{% autoescape true %}
        <button type="button" data-clear-filters hidden>{{ this.words.clear }}</button>
        <button type="button" data-open-left hidden>{{ this.words.open }}</button>
        <a data-left-list href="{{ this.listing }}">{{ this.words.list }}</a>
        {% endautoescape %}{% endmacro %}
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="legend" id="legend" role="region" aria-label="{{ this.words.legend }}">
          <h2>{{ this.words.certainty }}</h2>
          <ul class="legend-certainty">
          {% for certainty, item in this.certainties %}
          <li><label><input type="checkbox" data-certainty="{{ certainty }}" checked>
            <svg viewBox="0 0 44 26" aria-hidden="true"><rect x="2" y="2" width="40" height="22" rx="3"
              fill="{{ "url(#hatch-%s)"|format(this.sample.theme) if item.hatch else this.sample.fill }}"
              fill-opacity="{{ 1 if item.hatch else 0.25 }}"
              stroke="{{ this.sample.stroke }}" stroke-width="2"
              {%- if item.dash %} stroke-dasharray="{{ item.dash|join(" ") }}"{% endif %}/></svg>
            <span title="{{ item.meaning }}">{{ item.label }}
              <span class="unseen">{{ item.unseen }}</span></span></label></li>
          {% endfor %}
          </ul>
          <details class="legend-filters" id="filters">
            <summary>{{ this.words.filters }} <b id="filters-on"></b></summary>
            <div class="filter-choices">
            {% for name, label, groups in this.filters %}
            <label class="filter-{{ name }}">{{ label }}
            <select data-filter="{{ name }}"><option value="">{{ this.words.all }}</option>
            {% for title, choices in groups %}
            {% if title %}<optgroup label="{{ title }}">{% endif %}
            {% for value, words in choices %}
            <option value="{{ value }}">{{ words }}</option>
            {% endfor %}
            {% if title %}</optgroup>{% endif %}
            {% endfor %}
            </select></label>
            {% endfor %}
            </div>
          </details>
          <p class="legend-left"><span role="status" data-left></span>
          <span class="left-actions">{{ actions(this) }}</span></p>
          <label class="legend-opacity">{{ this.words.opacity }}
            <input id="opacity" data-fade="all" type="range" min="20" max="100" value="100"></label>
          <h2>{{ this.words.themes }} <small>{{ this.words.switch }}</small></h2>
          <ul class="legend-themes">
          {% for theme in this.themes %}
          <li><button type="button" data-toggle-theme="{{ theme.id }}" aria-pressed="false">
            <svg class="swatch" viewBox="-1.5 -1.5 3 3" aria-hidden="true"><path d="{{ theme.path }}"
              fill="{{ theme.fill }}" stroke="{{ theme.stroke }}" stroke-width=".3"/></svg>
            {{ theme.title }}</button></li>
          {% endfor %}
          </ul>
        </div>
        <div class="filter-bar" id="filter-bar" hidden><p role="status" data-left></p>
          <p class="left-actions">{{ actions(this) }}</p></div>
        {% endautoescape %}{% endmacro %}
        """
    )

    def __init__(
        self,
        *,
        plans: Sequence[Mapping[str, Any]],
        themes: Sequence[Mapping[str, Any]],
        systems: Sequence[System],
        book: StyleBook,
        listing: str,
    ) -> None:
        super().__init__("legend")
        self.listing = listing
        self.words = SimpleNamespace(
            legend=_("图例与筛选"),
            certainty=_("确定程度"),
            filters=_("筛选"),
            all=_("全部"),
            clear=_("清除筛选"),
            open=_("一并打开"),
            list=_("看清单"),
            opacity=_("全部图层浓淡"),
            themes=_("专题"),
            switch=_("点按可在各规划中一并开关"),
        )
        self.certainties = [
            (
                certainty,
                {
                    **asdict(style),
                    "label": titled(style, "label"),
                    "meaning": titled(style, "meaning"),
                    "unseen": _("：%(meaning)s", meaning=titled(style, "meaning")),
                },
            )
            for certainty, style in book.certainties.items()
        ]
        self.filters = _filters(plans, systems)
        self.sample = book.theme("zones")
        self.themes = []
        for theme in themes:
            style = book.theme(str(theme["id"]))
            self.themes.append(
                {
                    "id": theme["id"],
                    "title": titled(theme),
                    "path": MARKER_PATHS[style.marker],
                    "fill": style.fill,
                    "stroke": style.stroke,
                }
            )


Choices = list[tuple[str, str]]


def _filters(
    plans: Sequence[Mapping[str, Any]], systems: Sequence[System]
) -> list[tuple[str, str, list[tuple[str, Choices]]]]:
    """Name, label and choices of each filter; the choices in groups, of which one without title is none."""

    def plain(choices: Choices) -> list[tuple[str, Choices]]:
        return [("", choices)]

    districts = dict.fromkeys(str(plan["district"]) for plan in plans)
    return [
        ("plan", _("规划"), plain([(str(plan["id"]), titled(plan, "short_title")) for plan in plans])),
        ("period", _("规划期"), plain([(period, period_title(period)) for period in periods(plans)])),
        ("district", _("所在区"), plain([(name, named(name)) for name in districts])),
        ("kind", _("类别"), plain([(value, _(title)) for value, title in KINDS.items()])),
        ("status", _("状态"), plain([(status.value, _(status.value)) for status in Status])),
        ("level", _("分量"), plain([(value, _(title)) for value, title in LEVELS.items()])),
        ("method", _("落图方法"), plain([(value, _(title)) for value, title in METHOD_TITLES.items()])),
        ("system", _("所属体系"), _by_plan(plans, systems)),
    ]


def _by_plan(plans: Sequence[Mapping[str, Any]], systems: Sequence[System]) -> list[tuple[str, Choices]]:
    """Systems of at least two features on the map, by plan; a name that several plans use stands apart."""
    titles = {str(plan["id"]): titled(plan, "short_title") for plan in plans}
    titles[SEVERAL] = _("几部规划都有")
    groups = by_plan(system for system in systems if system.located >= 2)
    return [
        (
            titles[plan],
            [
                (system.name, _("%(name)s（%(count)s）", name=named(system.name), count=system.located))
                for system in found
            ],
        )
        for plan, found in groups.items()
    ]
