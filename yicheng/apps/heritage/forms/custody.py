"""The form of an order to move a relic."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models import Movement, Relic
from yicheng.apps.heritage.queries.custody import destinations


class MovementForm(forms.Form):
    """Where to, what for, back when."""

    kind = forms.ChoiceField(label=_("Purpose of the movement"), choices=Movement.Kind.choices)
    to_place_id = forms.TypedChoiceField(label=_("Where to"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    back_on = forms.DateField(
        label=_("Back on"),
        required=False,
        help_text=_("Loans and repairs must say."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, relic: Relic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, one.name) for one in destinations(relic)]
        self.fields["to_place_id"].choices = choices  # type: ignore[attr-defined]
