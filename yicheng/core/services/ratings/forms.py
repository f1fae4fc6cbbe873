"""What whoever rates fills in: one of five levels, reasons of that level, words if one likes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.ratings.levels import Satisfaction, reasons_of

MOST_WORDS = 500


def level_field() -> forms.TypedChoiceField:
    """The five levels as radio buttons, the best first; shown by ``services/parts/levels.html``."""
    return forms.TypedChoiceField(
        label=_("How do you find the result?"),
        coerce=int,
        choices=sorted(Satisfaction.choices, reverse=True),
        widget=forms.RadioSelect,
    )


class ServiceRatingForm(forms.Form):
    """A rating at a chosen level: the reasons offered are those of that level."""

    level = level_field()
    reasons = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read before anybody else sees it. Please write no names or numbers of persons."),
    )

    def __init__(self, *args: Any, at_level: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = reasons_of(at_level)
        self.fields["reasons"].choices = list(offered.items())  # type: ignore[attr-defined]
        self.fields["reasons"].label = (
            _("What was it?") if at_level < Satisfaction.FAIR else _("What was good?")
        )
        self.fields["level"].initial = at_level


class AppealForm(forms.Form):
    """Not settled after all."""

    words = forms.CharField(
        label=_("What is still wrong?"),
        min_length=4,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
