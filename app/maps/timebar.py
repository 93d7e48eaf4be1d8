"""The time control: what is planned for a year, and what is due in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from folium.template import Template

from app.language import gettext as _
from app.maps.elements import PageElement


class TimeBar(PageElement):
    """A slider over the years of all plan periods and targets; off until it is moved.

    Parameters
    ----------
    plans
        Rows of the atlas.
    due
        How many targets are due in a year, for the years that have any.
    targets
        Where the targets of a year are listed.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}{% autoescape true %}
        <div class="timebar" id="timebar">
          <label for="year">{{ this.words.year }}</label>
          <input id="year" type="range" min="{{ this.first - 1 }}" max="{{ this.last }}"
            value="{{ this.first - 1 }}" aria-describedby="year-says">
          <output id="year-says" for="year">{{ this.words.all }}</output>
        </div>
        {% endautoescape %}{% endmacro %}
        {% macro script(this, kwargs) %}
        atlas.timebar({{ this._parent.get_name() }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, plans: Sequence[Mapping[str, Any]], *, due: Mapping[int, int], targets: str) -> None:
        super().__init__("timebar")
        self.first = min([*(int(plan["start_year"]) for plan in plans), *due])
        self.last = max([*(int(plan["end_year"]) for plan in plans), *due])
        self.words = {"year": _("年份"), "all": _("全部")}
        self.settings = {"targets": targets, "due": dict(due), "off": self.first - 1}
