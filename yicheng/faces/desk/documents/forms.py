"""What one fills in to write a document, and to return or file one that arrived."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Document
from yicheng.core.people.public import bodies_holding


class DocumentForm(forms.Form):
    """The text and whom it goes to. Recipients: bodies where somebody receives documents."""

    kind = forms.ChoiceField(label=_("Kind of document"), choices=Document.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    main = forms.MultipleChoiceField(
        label=_("Main recipients"), required=False, widget=forms.CheckboxSelectMultiple
    )
    body = forms.CharField(
        label=_("Text of the document"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "One paragraph a line. Lines that begin with 一、 or （一） and have no full stop become headings."
        ),
    )
    annexes = forms.CharField(
        label=_("Annexes"),
        required=False,
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The title of each on a line of its own."),
    )
    copies = forms.MultipleChoiceField(
        label=_("Copies to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Document.Urgency.choices)
    openness = forms.ChoiceField(
        label=_("Openness"), choices=Document.Openness.choices, initial=Document.Openness.ON_REQUEST
    )
    note = forms.CharField(
        label=_("Note below the date"), required=False, max_length=80, help_text=_("It is set in brackets.")
    )

    def __init__(self, *args: Any, author_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [one for one in bodies_holding("credentials.receive_document") if one.id != author_id]
        choices = [(str(one.id), one.name) for one in bodies]
        for name in ("main", "copies"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """Why it goes back."""

    words = forms.CharField(
        label=_("Why it goes back"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class ArchiveForm(forms.Form):
    """How it was dealt with."""

    words = forms.CharField(
        label=_("How it was dealt with"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
