"""Forms: made in the editor or as text, checked, tried, published."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yicheng.core.kernel.errors import Forbidden, Invalid
from yicheng.core.people.public import viewer_of
from yicheng.core.services.actions.forms import BYTES_AT_MOST, publish_form, save_form
from yicheng.core.services.forms.reading import check_form
from yicheng.core.services.models import FormVersion
from yicheng.core.services.public import bound_form
from yicheng.core.services.queries.authoring import kept_form, kept_forms
from yicheng.core.web.public import add_refusal

EMPTY = {"type": "default", "schemaVersion": 19, "components": []}


class SchemaForm(forms.Form):
    """A form's title and its schema as text."""

    title = forms.CharField(label=_("Title"), max_length=120)
    schema = forms.CharField(
        label=_("The form as text"),
        max_length=BYTES_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 18, "class": "textarea mono", "spellcheck": "false"}),
        help_text=_("The schema of form-js, in JSON."),
    )

    def clean_schema(self) -> dict[str, Any]:
        try:
            found = json.loads(self.cleaned_data["schema"])
        except ValueError as fault:
            raise forms.ValidationError(now("This is not JSON: %(fault)s") % {"fault": fault}) from None
        if not isinstance(found, dict):
            raise forms.ValidationError(now("This is no form: it has no list of components."))
        return found


class NewSchemaForm(SchemaForm):
    """A new form has a code as well."""

    code = forms.RegexField(
        r"[a-z][a-z0-9\-]*",
        label=_("Short name of the form"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens; it stays for ever."),
    )
    field_order = ("title", "code", "schema")


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(reverse("desk.items"), now("Service items")), (reverse("desk.forms"), now("Forms")), *more]


@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """The forms that one may change."""
    context = {"forms": kept_forms(viewer_of(request)), "breadcrumb": _trail()[:1]}
    return render(request, "desk/items/forms.html", context)


def begin(request: HttpRequest) -> HttpResponse:
    """A new form."""
    form = NewSchemaForm(request.POST or None, initial={"schema": _text(EMPTY)})
    if request.method == "POST" and form.is_valid():
        answer = _save(request, form, code=form.cleaned_data["code"])
        if answer is not None:
            return answer
    return render(request, "desk/items/form.html", {"form": form, "findings": [], "breadcrumb": _trail()})


def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a form: its draft, or a new draft beside the published version."""
    row = kept_form(viewer_of(request), code)
    form = SchemaForm(request.POST or None, initial={"title": row.title, "schema": _text(row.schema)})
    if request.method == "POST" and form.is_valid():
        answer = _save(request, form, code=code)
        if answer is not None:
            return answer
    context = {
        "row": row,
        "is_draft": row.status == FormVersion.Status.DRAFT,
        "form": form,
        "findings": check_form(row.schema),
        "page_title": row.title,
        "breadcrumb": _trail(),
    }
    return render(request, "desk/items/form.html", context)


def _text(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1)


def _save(request: HttpRequest, form: SchemaForm, *, code: str) -> HttpResponse | None:
    viewer = viewer_of(request)
    if viewer.organisation_id is None:
        raise Forbidden(_("Forms belong to bodies: make one with an account of yours."))
    schema = {**form.cleaned_data["schema"], "title": form.cleaned_data["title"]}
    try:
        save_form(viewer, code, schema=schema, organisation_id=viewer.organisation_id)
    except Invalid as refusal:
        add_refusal(form, refusal)
        return None
    messages.success(request, now("The form is kept as a draft."))
    return redirect("desk.form", code=code)


def attempt(request: HttpRequest, code: str) -> HttpResponse:
    """Fill a form in as an applicant would; nothing is kept."""
    row = kept_form(viewer_of(request), code)
    sent = request.method == "POST"
    form = bound_form(row.pk, request.POST if sent else None, request.FILES if sent else None)
    done = sent and form.is_valid()
    context = {
        "form": form,
        "done": done,
        "answers": sorted(form.answers.items()) if done else [],
        "page_title": now("Try: %(item)s") % {"item": row.title},
        "breadcrumb": _trail((reverse("desk.form", args=[code]), row.title)),
    }
    return render(request, "desk/items/try.html", context)


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Let items use the draft."""
    viewer = viewer_of(request)
    try:
        publish_form(viewer, kept_form(viewer, code).pk)
        messages.success(request, now("The form is published. Choose it in the draft of an item."))
    except Invalid as refusal:
        messages.error(request, str(refusal))
    return redirect("desk.form", code=code)
