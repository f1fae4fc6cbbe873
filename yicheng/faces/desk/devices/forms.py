"""The forms of a device's life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.people.public import bodies_holding
from yicheng.core.sensing.models import Status
from yicheng.core.sensing.queries import keeping


class DeviceForm(forms.Form):
    """A device to register."""

    name = forms.CharField(label=_("Name"), max_length=120)
    model = forms.ChoiceField(label=_("Model"))
    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        required=False,
        help_text=_("Left empty: the next one of the series."),
    )
    serial = forms.CharField(label=_("Serial number"), max_length=80, required=False)
    organisation_id = forms.TypedChoiceField(
        label=_("Organisation"), required=False, coerce=int, empty_value=None
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, help_text=_("WGS 84 degrees.")
    )
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    gateway = forms.CharField(label=_("Number of its gateway"), max_length=60, required=False)
    interval_s = forms.IntegerField(
        label=_("Seconds between two readings"),
        required=False,
        min_value=0,
        help_text=_("Left empty: as its model. It counts as silent after three missed ones."),
    )
    is_in_service = forms.BooleanField(label=_("In service at once"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = [(model.pk, str(model)) for model in keeping.models()]
        self.fields["model"].choices = choices  # type: ignore[attr-defined]
        bodies = [(body.id, body.name) for body in bodies_holding("sensing.keep_devices")]
        self.fields["organisation_id"].choices = [("", "–"), *bodies]  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """A key to issue."""

    per_minute = forms.IntegerField(
        label=_("Readings it may send in a minute"),
        required=False,
        min_value=1,
        max_value=100_000_000,
        help_text=_("Left empty: what a device, or a gateway, usually may."),
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class UnbindForm(ReasonForm):
    """Why, and where it goes."""

    status = forms.ChoiceField(
        label=_("Where it goes"),
        choices=[(Status.IN_STORE, Status.IN_STORE.label), (Status.IN_REPAIR, Status.IN_REPAIR.label)],
    )


class ReplaceForm(ReasonForm):
    """By which other device."""

    by = forms.CharField(label=_("Number of the new device"), max_length=60)


class MoveForm(forms.Form):
    """Another state."""

    status = forms.ChoiceField(
        label=_("State"),
        choices=[(one.value, one.label) for one in (Status.IN_STORE, Status.IN_SERVICE, Status.IN_REPAIR)],
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class MaintainForm(forms.Form):
    """What was done."""

    note = forms.CharField(label=_("What was mended or checked"), max_length=300, widget=forms.Textarea)
    firmware = forms.CharField(label=_("New firmware"), max_length=40, required=False)
    calibrated_on = forms.DateField(
        label=_("Calibrated on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class FileForm(forms.Form):
    """A file of readings."""

    file = forms.FileField(
        label=_("File of a data logger"),
        help_text=_("CSV of Hanwell, Meaco, Rotronic, T&D, TinyTag or Trend, as it comes; also as .gz."),
    )
    device = forms.CharField(label=_("Number of the device"), max_length=60)
    logger = forms.CharField(
        label=_("Which logger"), max_length=80, required=False, help_text=_("Where the file holds several.")
    )
    zone = forms.ChoiceField(label=_("Time zone of the file"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = timezone.get_default_timezone_name()
        names = list(dict.fromkeys((own, "UTC", "Asia/Shanghai", "Europe/London")))
        self.fields["zone"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
