"""Carries a refusal's words onto the form they are about."""

from __future__ import annotations

from django.forms import Form

from yicheng.core.kernel.errors import Refusal


def add_refusal(form: Form, refusal: Refusal) -> None:
    """Put the messages on their fields; those of no field of this form, and the main one, on top."""
    shown = False
    for name, text in refusal.fields.items():
        is_here = name in form.fields
        form.add_error(name if is_here else None, str(text))
        shown = True
    if not shown:
        form.add_error(None, str(refusal))
