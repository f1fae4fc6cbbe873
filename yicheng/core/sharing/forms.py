"""What each step of a request asks for: field by field how it is given, rows, period, volume, the rule behind a no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import TaskForm
from yicheng.core.catalogue.public import readable
from yicheng.core.kernel.errors import NotFound
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.masks import MASKS
from yicheng.core.sharing.models import Request

NOT_GIVEN = "-"
GIVEN = (("", _("as it is")), *MASKS.items(), (NOT_GIVEN, _("not given")))


class AnswerForm(TaskForm):
    """Words that everybody concerned reads."""

    answer = forms.CharField(
        label=_("Answer to the request"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who refuses or narrows names the law or rule that it rests on."),
    )

    def clean_answer(self) -> str:
        answer: str = self.cleaned_data["answer"].strip()
        if self.outcome in ("refuse", "narrow", "uphold", "dispute") and not answer:
            raise forms.ValidationError(_("Name the law or rule, or the reason."))
        return answer


class DecideForm(AnswerForm):
    """How each field is given where less is granted than was asked."""

    field_order = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = Request.objects.select_related("entry").get(case_id=self.case.pk)
        for key, title in titles_of(self.request):
            self.fields[f"give_{key}"] = forms.ChoiceField(label=title, choices=GIVEN, required=False)
        add_terms(self)
        self.fields["answer"] = self.fields.pop("answer")
        for name, value in (
            ("rows_where", self.request.rows_where),
            ("ends_on", self.request.ends_on),
            ("rows_per_day", self.request.rows_per_day),
            ("rows_in_all", self.request.rows_in_all),
        ):
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.outcome == "narrow" and not self.errors:
            cleaned["terms"] = terms_in(cleaned, self.request)
        return cleaned


def add_terms(form: forms.Form) -> None:
    """Rows, end and volume, for a form that grants."""
    form.fields["rows_where"] = forms.CharField(
        label=_("Which rows"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One condition a line, all must hold: division = 410102"),
    )
    form.fields["ends_on"] = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    form.fields["rows_per_day"] = forms.IntegerField(label=_("Rows a day"), required=False, min_value=1)
    form.fields["rows_in_all"] = forms.IntegerField(label=_("Rows in all"), required=False, min_value=1)


def terms_in(cleaned: dict[str, Any], request: Request) -> Terms:
    """The terms that a form's cleaned fields say."""
    chosen = {key: cleaned.get(f"give_{key}", "") for key in request.fields}
    fields = tuple(key for key, mask in chosen.items() if mask != NOT_GIVEN)
    return Terms(
        fields=fields,
        masks={key: chosen[key] for key in fields if chosen[key]},
        rows_where=cleaned.get("rows_where") or "",
        starts_on=request.starts_on,
        ends_on=cleaned.get("ends_on") or request.ends_on,
        rows_per_day=cleaned.get("rows_per_day"),
        rows_in_all=cleaned.get("rows_in_all"),
    )


def titles_of(request: Request) -> list[tuple[str, str]]:
    """The asked fields with what people call them."""
    try:
        known = {one.key: str(one.title) for one in readable(request.entry.key).entry.fields}
    except NotFound:
        known = {}
    return [(key, known.get(key, key)) for key in request.fields]
