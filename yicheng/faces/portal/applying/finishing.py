"""Materials, signatures, the last check, and handing in: the button counts once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import attached_files, receive_file
from yicheng.core.kernel.errors import Conflict, Refusal
from yicheng.core.people.public import Viewer, party_facts, viewer_of
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.actions.applications.submitting import TRUTH
from yicheng.core.services.checking import faults_of, needed_materials
from yicheng.core.services.models import Application
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.applications import material_lines, own_application
from yicheng.core.services.queries.forms import form_for
from yicheng.core.services.reading_out import answer_rows
from yicheng.core.web.public import add_refusal
from yicheng.faces.portal.applying.course import CHECK, MATERIALS, course_of


class SignerForm(forms.Form):
    """Somebody else who signs."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    number = forms.CharField(label=_("Identity number"), max_length=30)


class HandInForm(forms.Form):
    """The last page: how the result comes, and that all is true."""

    delivery = forms.ChoiceField(label=_("How do you want to receive the result?"), widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Where to send it"),
        required=False,
        max_length=300,
        help_text=_("Name, telephone, address. Only for delivery by post."),
    )
    is_true = forms.BooleanField(label=TRUTH, required=False)

    def __init__(self, *args: Any, draft: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["delivery"]
        assert isinstance(field, forms.ChoiceField)
        express = draft.version.is_express
        field.choices = [pair for pair in Application.Delivery.choices if pair[0] != "post" or express]
        field.initial = draft.delivery
        if not express:
            del self.fields["address"]


def materials(request: HttpRequest, application_id: int) -> HttpResponse:
    """What is asked, what is spared because the city's records prove it, and the files for the rest."""
    viewer, draft = _draft(request, application_id)
    if draft is None:
        return redirect("portal.application", application_id)
    refusal = None
    if request.method == "POST":
        refusal = change_material(request, viewer, draft)
        if refusal is None and "on" in request.POST:
            return redirect("portal.apply_check", draft.pk)
        if refusal is None:
            return redirect("portal.apply_materials", draft.pk)
    answers = answers_of(draft)
    needed = {row.code for row in needed_materials(draft, answers)}
    lines = material_lines(draft)
    context = {
        "draft": draft,
        "course": course_of(draft, answers, MATERIALS),
        "lines": lines,
        "needed": needed,
        "spared": sum(line.is_spared for line in lines),
        "refusal": refusal,
        "page_title": str(draft.version),
    }
    return render(
        request, "portal/applying/materials.html", context, status=refusal.status if refusal else 200
    )


def change_material(request: HttpRequest, viewer: Viewer, application: Application) -> Refusal | None:
    """Take the files that were sent, or drop the one named; answers what was refused."""
    try:
        dropped = request.POST.get("drop", "").partition(":")
        if dropped[2].isdigit():
            acts.drop_file(viewer, application.pk, dropped[0], file_id=int(dropped[2]))
        for name in request.FILES:
            code = name.removeprefix("material-")
            received = [receive_file(viewer, one) for one in request.FILES.getlist(name)]
            acts.add_material(viewer, application.pk, code, files=received)
    except Refusal as refusal:
        return refusal
    return None


def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything on one page, who else signs, and the button that hands it in."""
    viewer, draft = _draft(request, application_id)
    if draft is None:
        return redirect("portal.application", application_id)
    form, signer = HandInForm(request.POST or None, draft=draft), SignerForm()
    if request.method == "POST":
        if "signer" in request.POST:
            signer = SignerForm(request.POST)
            if _ask_signer(viewer, draft, signer):
                return redirect("portal.apply_check", draft.pk)
            form = HandInForm(draft=draft)
        elif request.POST.get("drop", "").isdigit():
            acts.drop_signature(viewer, draft.pk, int(request.POST["drop"]))
            return redirect("portal.apply_check", draft.pk)
        elif form.is_valid() and _hand_in(request, viewer, draft, form):
            return redirect("portal.application", draft.pk)
        draft = own_application(viewer, application_id)
    status = 422 if form.errors or signer.errors else 200
    return render(request, "portal/applying/check.html", _checked(draft, form, signer), status=status)


def _checked(draft: Application, form: HandInForm, signer: SignerForm) -> dict[str, Any]:
    answers = answers_of(draft)
    course = course_of(draft, answers, CHECK)
    urls = {stop.key: stop.url for stop in course.stops}
    signatures = list(draft.signatures.all())
    names = party_facts([row.party_id for row in signatures])
    subject = f"serviceapplication/{draft.pk}"
    return {
        "draft": draft,
        "course": course,
        "form": form,
        "signer": signer,
        "sections": answer_rows(form_for(draft.version.form_id), answers) if draft.version.form_id else (),
        "urls": urls,
        "lines": [line for line in material_lines(draft) if line.is_given],
        "files": attached_files([subject])[subject],
        "faults": [(fault, urls.get(fault.step, "")) for fault in faults_of(draft)],
        "signatures": [(row, names[row.party_id]) for row in signatures],
        "page_title": str(draft.version),
    }


def _ask_signer(viewer: Viewer, draft: Application, form: SignerForm) -> bool:
    if not form.is_valid():
        return False
    try:
        acts.ask_signature(viewer, draft.pk, **form.cleaned_data)
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _hand_in(request: HttpRequest, viewer: Viewer, draft: Application, form: HandInForm) -> bool:
    sent = request.POST.get("revision", "")
    try:
        acts.set_delivery(
            viewer,
            draft.pk,
            delivery=form.cleaned_data["delivery"],
            address=form.cleaned_data.get("address", ""),
        )
        done = acts.submit_application(
            viewer,
            draft.pk,
            token=request.POST.get("token", ""),
            revision=int(sent) if sent.isascii() and sent.isdigit() else None,
            is_true=form.cleaned_data["is_true"],
        )
    except acts.Incomplete as refusal:
        if "is_true" in refusal.fields:
            form.add_error("is_true", str(refusal.fields["is_true"]))
        form.add_error(None, str(refusal))
        return False
    except Conflict as refusal:
        if refusal.code == "handed_in":
            return True
        form.add_error(None, str(refusal))
        return False
    except Refusal as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, now("Handed in under number %(number)s.") % {"number": done.number})
    return True


def _draft(request: HttpRequest, application_id: int) -> tuple[Viewer, Application | None]:
    """The viewer and their draft; None when it is handed in already (a second click on the button)."""
    viewer = viewer_of(request)
    found = own_application(viewer, application_id)
    return viewer, found if found.status == Application.Status.DRAFT else None
