"""Taking a matter at the window: who comes, for what purpose one looks, the whole form, the checklist, handing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import receive_file, record_access
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import (
    Viewer,
    find_or_make_party,
    find_party,
    prove_identity,
    viewer_of,
)
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.actions.applications.drafting import LOOK_UP, editable
from yicheng.core.services.actions.applications.submitting import ON_BEHALF, TRUTH
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.checking import faults_of, held_files, needed_materials
from yicheng.core.services.facts import ItemFacts
from yicheng.core.services.forms.bound import REFRESH, BoundForm
from yicheng.core.services.models import Application, Consent, Window
from yicheng.core.services.opening import answers_of, known_of
from yicheng.core.services.queries.applications import material_lines
from yicheng.core.services.queries.desks import windows_of
from yicheng.core.services.queries.forms import bound_form
from yicheng.core.services.queries.items import published_item
from yicheng.core.web.public import add_refusal


class TakeForm(forms.Form):
    """Who comes, at which window, and how they agree."""

    place = forms.ChoiceField(label=_("Window"))
    kind = forms.ChoiceField(
        label=_("Who applies?"),
        choices=[("person", _("A person")), ("company", _("A company"))],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Identity number or credit code"),
        max_length=30,
        help_text=_("Read it from the card or the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    name = forms.CharField(label=_("Full name as on the card or licence"), max_length=200)
    purpose = forms.CharField(
        label=_("Purpose of the look-up"),
        max_length=200,
        help_text=_("Recorded, and shown to the person."),
    )
    way = forms.ChoiceField(
        label=_("The applicant agrees to the look-up"), choices=[("", _("does not agree"))], required=False
    )
    card_seen = forms.BooleanField(
        label=_("I have seen the identity card and it is this person"), required=False
    )

    def __init__(self, *args: Any, viewer: Viewer, item: ItemFacts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, kind, way = self.fields["place"], self.fields["kind"], self.fields["way"]
        assert isinstance(place, forms.ChoiceField)
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(way, forms.ChoiceField)
        place.choices = [(key, words) for key, words in windows_of(viewer)]
        kind.initial = item.audiences[0] if item.audiences else "person"
        way.choices = [*Consent.Way.choices[1:], ("", _("does not agree"))]
        self.fields["purpose"].initial = now("Application: %(item)s") % {"item": item.title}


def take(request: HttpRequest, item: str) -> HttpResponse:
    """Find or enter who comes; the look is recorded with its purpose; then the form opens with what is known."""
    viewer, facts = viewer_of(request), published_item(item)
    form = TakeForm(request.POST or None, viewer=viewer, item=facts)
    if request.method == "POST" and form.is_valid():
        try:
            draft = _begin(viewer, facts, form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("desk.window_form", draft.pk)
    context = {"item": facts, "form": form, "look_up": LOOK_UP, "page_title": facts.title}
    return render(request, "desk/window/take.html", context, status=422 if form.errors else 200)


def _begin(viewer: Viewer, facts: ItemFacts, data: dict[str, Any]) -> Application:
    found = find_party(viewer, data["kind"], data["number"])
    if found is None:
        found = find_or_make_party(data["kind"], data["number"], data["name"])
    elif found.name != " ".join(data["name"].split()):
        from yicheng.core.kernel.errors import Invalid

        text = _("This name and this number do not belong together as the city knows them. Check both.")
        raise Invalid(text, fields={"name": text})
    if found.account_id is not None:
        record_access(
            viewer, person_id=found.account_id, subject=f"party/{found.id}", purpose=data["purpose"]
        )
        if data["card_seen"] and not found.is_proven and viewer.may("people.prove_identity"):
            prove_identity(viewer, found.id)
    hall_id, _sign, window_id = data["place"].partition(":")
    window = Window.objects.filter(pk=int(window_id)).first() if window_id else None
    new = NewApplication(
        facts.code,
        found.id,
        source="window" if window else "station",
        hall_id=int(hall_id),
        window_id=window.pk if window else None,
    )
    return acts.begin_application(viewer, new, may_look_up=bool(data["way"]), way=data["way"] or "spoken")


def form_page(request: HttpRequest, application_id: int) -> HttpResponse:
    """The whole matter on one page: form, checklist, consents, hand in."""
    viewer = viewer_of(request)
    draft = Application.objects.select_related("version", "party", "hall").filter(pk=application_id).first()
    if draft is not None and draft.status != Application.Status.DRAFT:
        return redirect("desk.application", application_id)
    draft = _mine(viewer, application_id)
    bound = _bound(draft, request) if draft.version.form_id else None
    faults: list[Any] = []
    refusal: Refusal | None = None
    if request.method == "POST" and REFRESH not in request.POST:
        try:
            _keep(request, viewer, draft, bound)
            if "hand_in" in request.POST and (bound is None or bound.is_valid()):
                done = _hand_in(request, viewer, _mine(viewer, application_id))
                messages.success(request, now("Taken under number %(number)s.") % {"number": done.number})
                return redirect("desk.application", done.pk)
        except acts.Incomplete as incomplete:
            refusal, faults = incomplete, incomplete.faults
        except Refusal as refused:
            refusal = refused
        draft = _mine(viewer, application_id)
    return _show(request, draft, bound, refusal=refusal, faults=faults)


def _keep(request: HttpRequest, viewer: Viewer, draft: Application, bound: BoundForm | None) -> None:
    if bound is not None:
        answers = bound.answers if bound.is_valid() else bound.loose
        sent = request.POST.get("_revision", "")
        acts.save_answers(viewer, draft.pk, answers, revision=int(sent) if sent.isdigit() else -1)
        uploads = {
            key: [receive_file(viewer, one) for one in files if hasattr(one, "read")]
            for key, files in bound.uploads.items()
        }
        acts.attach_answer_files(viewer, draft.pk, uploads)
    dropped = request.POST.get("drop", "").partition(":")
    if dropped[2].isdigit():
        acts.drop_file(viewer, draft.pk, dropped[0], file_id=int(dropped[2]))
    given = {line.code for line in material_lines(draft) if line.is_given}
    for code in request.POST.getlist("paper"):
        if code not in given:
            acts.add_material(viewer, draft.pk, code, files=[], is_paper=True)
    for name in request.FILES:
        if name.startswith("material-"):
            files = [receive_file(viewer, one) for one in request.FILES.getlist(name)]
            acts.add_material(viewer, draft.pk, name.removeprefix("material-"), files=files)


def _hand_in(request: HttpRequest, viewer: Viewer, draft: Application) -> Application:
    return acts.submit_application(
        viewer,
        draft.pk,
        token=request.POST.get("token", ""),
        is_true="is_true" in request.POST,
        way=request.POST.get("way", "signed"),
        is_on_behalf="is_on_behalf" in request.POST,
    )


def _show(
    request: HttpRequest,
    draft: Application,
    bound: BoundForm | None,
    *,
    refusal: Refusal | None,
    faults: list[Any],
) -> HttpResponse:
    answers = answers_of(draft)
    lines = material_lines(draft)
    context = {
        "draft": draft,
        "form": bound,
        "lines": lines,
        "needed": {row.code for row in needed_materials(draft, answers)},
        "spared": sum(line.is_spared for line in lines),
        "refusal": refusal,
        "faults": faults or (faults_of(draft) if request.method == "POST" else []),
        "truth": TRUTH,
        "on_behalf": ON_BEHALF if draft.source == Application.Source.STATION else "",
        "ways": Consent.Way.choices[1:],
        "page_title": str(draft.version),
        "has_places": bound is not None and any(p.role == "point" for one in bound.steps for p in one.walk()),
    }
    status = 200 if request.method == "GET" or (refusal is None and not faults) else 422
    return render(request, "desk/window/form.html", context, status=status)


def _bound(draft: Application, request: HttpRequest) -> BoundForm:
    assert draft.version.form_id is not None
    return bound_form(
        draft.version.form_id,
        request.POST if request.method == "POST" else None,
        request.FILES,
        known_of(draft),
        kept=answers_of(draft),
        held=held_files(draft),
    )


def _mine(viewer: Viewer, application_id: int) -> Application:
    from django.db import transaction

    with transaction.atomic():
        editable(viewer, application_id)
    return Application.objects.select_related("version", "party", "hall").get(pk=application_id)
