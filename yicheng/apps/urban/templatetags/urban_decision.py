"""How shares and charts are written on the decision pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def percent(share: float | None) -> str:
    """A share as per cent with one decimal; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f} %"


@register.simple_tag
def chart_data(options: Any, key: str) -> SafeString:
    """The options of the chart ``chart-<key>``, for the script to read."""
    return json_script(options, f"chart-{key}")
