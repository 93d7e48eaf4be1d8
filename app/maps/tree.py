"""The layer tree: plans, in each its themes, each to be switched, faded, seen alone and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from folium.template import Template

from app.atlas.periods import period_of
from app.atlas.styles import StyleBook
from app.language import gettext as _
from app.language import titled
from app.maps.elements import PageElement
from app.maps.styles import MARKER_PATHS


class LayerTree(PageElement):
    """Plans, in each its themes with a symbol, a count and a check box; a list of features on demand."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="tree" id="layer-tree" role="region" aria-label="{{ this.words.tree }}">
        {% for plan in this.plans %}
        <details class="tree-plan" data-plan="{{ plan.id }}"
          data-from="{{ plan.start }}" data-to="{{ plan.end }}" data-period="{{ plan.period }}">
          <summary><span class="tree-title">{{ plan.title }}</span><span class="tree-on"></span>
            <span class="count" title="{{ this.words.counts }}">
              {{- plan.located }}/{{ plan.count }}</span></summary>
          <ul>
          {% if plan.bounds %}
          <li><button type="button" class="tree-fit"
            data-fit="{{ plan.bounds|join(",") }}">{{ this.words.fit }}</button></li>
          {% endif %}
          {% for layer in plan.layers %}
          <li class="tree-layer">
            <label><input type="checkbox" data-layer="{{ layer.id }}" data-theme="{{ layer.theme }}"
              data-located="{{ layer.located }}"
              {%- if layer.shown %} checked{% endif %}{% if not layer.located %} disabled{% endif %}>
              <svg class="swatch" viewBox="-1.5 -1.5 3 3" aria-hidden="true"><path d="{{ layer.path }}"
                fill="{{ layer.fill }}" stroke="{{ layer.stroke }}" stroke-width=".3"/></svg>
              <span class="tree-name">{{ layer.title }}</span>
              <span class="count" title="{{ this.words.counts }}">
                {{- layer.located }}/{{ layer.count }}</span></label>
            <button type="button" class="tree-only" data-only="{{ layer.id }}"
              aria-label="{{ this.words.only }} {{ plan.title }} {{ layer.title }}"
              {%- if not layer.located %} disabled{% endif %}>{{ this.words.only }}</button>
            <button type="button" class="tree-more" data-list="{{ layer.id }}" aria-expanded="false"
              aria-label="{{ this.words.list }} {{ plan.title }} {{ layer.title }}"></button>
            <input type="range" class="tree-fade" data-fade="{{ layer.id }}" min="10" max="100" step="10"
              value="100" title="{{ this.words.fade }}"
              aria-label="{{ this.words.fade }} {{ plan.title }} {{ layer.title }}">
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
        titles = {theme["id"]: titled(theme) for theme in themes}
        self.words = SimpleNamespace(
            tree=_("图层"),
            counts=_("已落图 / 全部"),
            fit=_("看本规划全域"),
            only=_("只看"),
            list=_("列出要素"),
            fade=_("浓淡"),
        )
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
                        "title": titled(plan, "short_title"),
                        "start": int(plan["start_year"]),
                        "end": int(plan["end_year"]),
                        "period": period_of(plan),
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
