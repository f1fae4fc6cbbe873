"""Forms of chips and drills."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.drills import drill_values
from yicheng.apps.heritage.models import Relic
from yicheng.apps.heritage.queries.climate import free_devices
from yicheng.core.alerts.declare import ALERT_RULES
from yicheng.core.people.public import Viewer


class BindForm(forms.Form):
    """Which device goes on which component."""

    device_id = forms.TypedChoiceField(
        label=_("Chip or sensor"),
        coerce=int,
        help_text=_("Devices that nothing bears yet. The register of devices takes in new ones."),
    )
    component = forms.TypedChoiceField(label=_("Component"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, viewer: Viewer, relic: Relic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device_id"].choices = free_choices(viewer)  # type: ignore[attr-defined]
        rows = relic.components.order_by("number").values_list("number", "name")
        self.fields["component"].choices = [("", _("the relic as a whole")), *rows]  # type: ignore[attr-defined]


class UnbindForm(forms.Form):
    """Why a chip is taken off, and what becomes of it."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    is_for_good = forms.BooleanField(label=_("Retire the chip: it is used no more"), required=False)


class ReplaceForm(forms.Form):
    """Which chip takes the place of the old one."""

    by_id = forms.TypedChoiceField(label=_("The new chip"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_id"].choices = free_choices(viewer)  # type: ignore[attr-defined]


class DrillForm(forms.Form):
    """Which warning is drilled."""

    rule = forms.ChoiceField(
        label=_("Warning"), help_text=_("Everybody is told as if it were so; every message says DRILL.")
    )

    def __init__(self, *args: Any, relic: Relic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, ALERT_RULES.get(key).title) for key in drill_values(relic)]
        self.fields["rule"].choices = choices  # type: ignore[attr-defined]


def free_choices(viewer: Viewer) -> list[tuple[int, str]]:
    """Devices that can be bound, by number."""
    return [(one.id, f"{one.number} {one.name}") for one in free_devices(viewer)]
