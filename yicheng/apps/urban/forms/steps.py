"""What each step of a case asks for besides its outcome."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import classes
from yicheng.apps.urban.assignment import handles_cases
from yicheng.apps.urban.forms.choices import OneOfMany
from yicheng.apps.urban.forms.photos import PhotosField
from yicheng.apps.urban.models import UrbanCase
from yicheng.apps.urban.queries.dispatching import suggested_body
from yicheng.core.cases.declare import PROCESSES, TaskForm
from yicheng.core.journal.public import receive_file
from yicheng.core.people.public import bodies_holding

SEVERITIES = ((1, _("Urgent")), (2, _("Normal")), (3, _("Minor")))


class UrbanForm(TaskForm):
    """Asks for what ``needs`` says, by outcome: other fields stay optional."""

    #: outcome → fields that it cannot do without
    needs: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: outcomes that want a photo, or words that say why there is none (a dead camera must not stop the city)
    proved_by_photo: ClassVar[tuple[str, ...]] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("photos"):
            cleaned["photos"] = [receive_file(self.viewer, upload) for upload in cleaned["photos"]]
        for name in self.needs.get(self.outcome, ()):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, forms.ValidationError(self.missing(name), code="required"))
        if self.outcome in self.proved_by_photo and not (cleaned.get("photos") or cleaned.get("note")):
            text = _("Add a photo, or say in the words why there is none.")
            self.add_error("photos", forms.ValidationError(text, code="required"))
        return cleaned

    def missing(self, name: str) -> str:
        """What to say when a needed field is empty."""
        return str(_("This is needed for “%(outcome)s”.") % {"outcome": self._outcome_title()})

    def _outcome_title(self) -> str:
        kinds = {kind.key: kind for kind in PROCESSES.get(self.case.process).tasks}
        titles = {outcome.key: outcome.title for outcome in kinds[self.task.kind].outcomes}
        return str(titles.get(self.outcome, self.outcome))


class VerifyForm(UrbanForm):
    """核实: what the collector saw."""

    photos = PhotosField(label=_("Photos from the spot"), help_text=_("What it looks like now."))
    note = forms.CharField(
        label=_("What you saw"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when there is no photo."),
    )
    proved_by_photo: ClassVar = ("confirmed",)


class FileForm(UrbanForm):
    """立案: what it is, how urgent, or why not."""

    class_code = OneOfMany(label=_("Class"), required=False, listed=classes.choices, holds=classes.is_leaf)
    severity = forms.TypedChoiceField(
        label=_("Urgency"),
        coerce=int,
        empty_value=None,
        choices=SEVERITIES,
        required=False,
        widget=forms.RadioSelect,
    )
    is_public = forms.BooleanField(
        label=_("Show on the public map"),
        required=False,
        help_text=_(
            "Class, place, stage and photos. Never the reporter or their words: look at the photos first."
        ),
    )
    original = forms.CharField(
        label=_("Number of the earlier case"),
        required=False,
        max_length=30,
        help_text=_("Only for a duplicate."),
    )
    refusal = forms.ChoiceField(
        label=_("Why it is not filed"), required=False, choices=[("", "—"), *UrbanCase.Refusal.choices]
    )
    note = forms.CharField(
        label=_("Words to the reporter"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown on the page where the report is followed."),
    )
    needs: ClassVar = {
        "file": ("class_code", "severity"),
        "duplicate": ("original",),
        "refuse": ("refusal", "note"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_code"].initial = self.case.case_class_id
        self.fields["severity"].initial = self.case.severity
        self.fields["is_public"].initial = True


def _departments() -> list[tuple[str | int, str]]:
    """Whoever has staff who handle cases."""
    return [("", "—"), *((body.id, body.name) for body in bodies_holding("urban.handle_case"))]


def _is_department(value: str) -> bool:
    return value.isdecimal() and handles_cases(int(value))


class DispatchForm(UrbanForm):
    """派遣: to whom; the suggestion comes from the part's owner or the dispatch table."""

    organisation_id = OneOfMany(
        label=_("Department"),
        coerce=int,
        empty_value=None,
        required=False,
        listed=_departments,
        holds=_is_department,
    )
    assisting_id = OneOfMany(
        label=_("Assisting department"),
        coerce=int,
        empty_value=None,
        required=False,
        listed=_departments,
        holds=_is_department,
        help_text=_("Only when two departments handle it together."),
    )
    needs: ClassVar = {"dispatch": ("organisation_id",), "joint": ("organisation_id", "assisting_id")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.fields["organisation_id"].initial = suggested_body(self.case)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.outcome == "joint" and cleaned.get("assisting_id") == cleaned.get("organisation_id"):
            self.add_error("assisting_id", _("Choose another department than the leading one."))
        return cleaned


class HandleForm(UrbanForm):
    """处置: what was done, with photos; or whose task it is instead."""

    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The reporter reads this. If it is not your task: whose it is, and why."),
    )
    photos = PhotosField(label=_("Photos after"), help_text=_("From the same side as the photo before."))
    needs: ClassVar = {"done": ("note",), "not_ours": ("note",)}


class AssistForm(UrbanForm):
    """协助处置: the assisting department's share."""

    note = forms.CharField(
        label=_("What was done"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField(label=_("Photos after"))
    needs: ClassVar = {"done": ("note",)}


class CheckForm(UrbanForm):
    """核查: what the collector sees after the department said it is done."""

    photos = PhotosField(label=_("Photos from the spot"))
    note = forms.CharField(
        label=_("What you saw"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when there is no photo."),
    )
    proved_by_photo: ClassVar = ("passed", "failed")


class AnswerForm(UrbanForm):
    """反馈, 结案: words that go with the decision."""

    note = forms.CharField(
        label=_("Remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    needs: ClassVar = {"rework": ("note",)}


class CloseForm(AnswerForm):
    """结案: words that the reporter reads, or what is still wrong."""

    note = forms.CharField(
        label=_("Words to the reporter"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For rework: what is still wrong. The department reads this."),
    )
