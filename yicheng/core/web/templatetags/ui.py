"""The components that templates are made of: icons, fields, badges, cards, empty states, pagers.

``{% load ui %}`` in a template; ``docs/concepts/pages.md`` shows each with an example.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template import Context, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from yicheng.core.web.assets import asset_url, icon_names
from yicheng.core.web.panels import panels_of

register = template.Library()
TONES = ("", "good", "warn", "bad", "info", "brand", "accent", "outline")


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built front-end file."""
    return asset_url(name)


@register.simple_tag
def script(name: str) -> SafeString:
    """A module script, run after the page is parsed."""
    return format_html('<script type="module" src="{}"></script>', asset_url(name))


@register.simple_tag
def style(name: str) -> SafeString:
    """A style sheet beside the house's own (``map.css``, ``diagram.css``)."""
    return format_html('<link rel="stylesheet" href="{}">', asset_url(name))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with ``label`` it speaks, without it is decoration."""
    if settings.DEBUG:
        known = icon_names()
        if known is not None and name not in known:
            raise TemplateSyntaxError(f"no icon {name!r}: add it to assets/icons.txt")
    return _drawn(name, str(label), asset_url("icons.svg"))


@lru_cache(maxsize=1024)
def _drawn(name: str, label: str, sprite: str) -> SafeString:
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            sprite,
            name,
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def badge(text: Any, tone: str = "", icon_name: str = "") -> SafeString:
    """A status in words; the tone only repeats them. Nothing for an empty text."""
    if not text:
        return SafeString("")
    if tone not in TONES:
        raise TemplateSyntaxError(f"no tone {tone!r}: one of {', '.join(TONES[1:])}")
    picture = icon(icon_name) if icon_name else ""
    classes = f"badge badge--{tone}" if tone else "badge"
    return format_html('<span class="{}">{}{}</span>', classes, picture, text)


@register.simple_tag
def moment(value: datetime | None, form: str = "SHORT_DATETIME_FORMAT") -> SafeString:
    """A time in the city's zone, readable by machines too. Nothing for None."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    return format_html(
        '<time class="nowrap" datetime="{}">{}</time>',
        local.isoformat(),
        date_format(local, form),
    )


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """A form field: label, help, control, error. ``upload="…"`` words of a file drop zone, ``rows``, ``placeholder``."""
    kind = _kind(bound)
    attrs: dict[str, Any] = {"class": {"select": "select", "textarea": "textarea"}.get(kind, "input")}
    for name in (
        "rows",
        "placeholder",
        "autocomplete",
        "inputmode",
        "autofocus",
        "accept",
    ):
        if name in options:
            attrs[name] = options[name]
    if kind == "textarea" and bound.field.widget.attrs.get("rows") == "10":  # Django's own: a screenful
        attrs["rows"] = "4"
    if kind in ("choices", "tick", "hidden"):
        attrs.pop("class")
    if kind == "upload":
        attrs = {name: attrs[name] for name in attrs if name != "class"} | {
            "data-preview": f"{bound.auto_id}_chosen"
        }
        options |= {
            "chosen": f"{bound.auto_id}_chosen",
            "several": bound.field.widget.attrs.get("multiple"),
        }
    context = {
        "field": bound,
        "kind": kind,
        "widget": bound.as_widget(attrs=attrs) if kind != "choices" else "",
        **options,
    }
    return render_to_string("web/parts/field.html", context)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    for classes, kind in (
        ((RadioSelect, CheckboxSelectMultiple), "choices"),
        (CheckboxInput, "tick"),
        (ClearableFileInput, "upload"),
        (Select, "select"),
        (Textarea, "textarea"),
    ):
        if isinstance(widget, classes):
            return kind
    return "upload" if getattr(widget, "input_type", "") == "file" else "text"


@register.inclusion_tag("web/parts/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong, on top of the form, each line a link to its field."""
    return {"form": form, "faulty": [bound for bound in form if bound.errors]}


@register.inclusion_tag("web/parts/fields.html")
def fields(form: Any) -> dict[str, Any]:
    """Every field of a form in its order, errors on top."""
    return {"form": form}


@register.simple_block_tag
def card(content: str, title: str = "", **options: Any) -> SafeString:
    """A card; ``flush=True`` without padding (tables, maps), ``level`` of the heading, ``link``/``link_text``."""
    values = {"title": title, "content": content, "level": 2, **options}
    return render_to_string("web/parts/card.html", values)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "", icon_name: str = "") -> SafeString:
    """A message that belongs to the page: ``good``, ``info``, ``warn``, ``bad``."""
    usual = {
        "good": "circle-check",
        "info": "info",
        "warn": "triangle-alert",
        "bad": "circle-alert",
    }
    values = {
        "tone": tone,
        "title": title,
        "content": content,
        "icon_name": icon_name or usual[tone],
    }
    return render_to_string("web/parts/notice.html", values)


@register.simple_block_tag
def nothing(content: str, title: str, icon_name: str = "inbox", level: int = 2) -> SafeString:
    """Says that there is nothing, and what to do next (the content: a sentence, a button)."""
    values = {
        "title": title,
        "content": content,
        "icon_name": icon_name,
        "level": level,
    }
    return render_to_string("web/parts/empty.html", values)


@register.inclusion_tag("web/parts/tile.html")
def tile(
    label: str,
    figure: Any,
    unit: str = "",
    note: str = "",
    tone: str = "",
    url: str = "",
) -> dict[str, Any]:
    """A figure with its label; with ``url`` it opens onto the rows behind it."""
    return {
        "label": label,
        "figure": figure,
        "unit": unit,
        "note": note,
        "tone": tone,
        "url": url,
    }


@register.inclusion_tag("web/parts/steps.html")
def steps(items: Any) -> dict[str, Any]:
    """Stages of a matter: each with ``title``, ``state`` (done, now, "") and perhaps ``note``."""
    return {"items": items}


@register.inclusion_tag("web/parts/pager.html", takes_context=True)
def pager(context: Context, page: Any, count: str = "") -> dict[str, Any]:
    """Earlier and later of a keyset page, keeping the filters of the address."""
    return {"page": page, "count": count, "request": context["request"]}


@register.inclusion_tag("web/parts/map.html", takes_context=True)
def map_box(context: Context, label: str, **options: Any) -> dict[str, Any]:
    """A map on the city's ground. ``point="lon,lat"`` a marker, ``points=url`` of GeoJSON (``fit=True``: all in view), ``pick="id_lon,id_lat"``

    to choose a place, ``zoom``, ``centre``, ``size`` (tall, full), ``id``. Load ``map.css`` and ``map.js`` beside it.
    """
    city = context["city"]
    centre = options.pop("centre", "") or options.get("point", "") or city.centre
    zoom = options.pop("zoom", "") or (12.5 if options.get("point") else city.zoom)
    return {"label": label, "centre": centre, "zoom": str(zoom), **options}


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: Any = None) -> SafeString:
    """What other parts show at this place, one after another."""
    return format_html_join("\n", "{}", ((panel,) for panel in panels_of(context["request"], place, subject)))
