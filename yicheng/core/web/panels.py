"""Fragments that parts put into each other's pages, in order, without knowing each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import PANELS


def panels_of(request: HttpRequest, place: str, subject: Any = None) -> list[SafeString]:
    """The panels of a place that have something to show to this viewer, rendered."""
    viewer = viewer_of(request)
    shown = []
    for panel in sorted((p for p in PANELS if p.place == place), key=lambda p: (p.order, p.key)):
        context = panel.context(viewer, subject)
        if context is not None:
            values = {**context, "subject": subject}
            shown.append(render_to_string(panel.template, values, request))
    return shown
