"""Forms of patrols: the plan with its checklist, and a round's answers with photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.patrols import Answer
from yicheng.apps.heritage.models import PatrolPoint
from yicheng.apps.heritage.queries.patrols import things_to_patrol
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer

MOST_PHOTOS = 6


class PlanForm(forms.Form):
    """Where, how often, what to look at."""

    thing = forms.ChoiceField(label=_("Site, store or hall"))
    title = forms.CharField(label=_("Name of the patrol"), max_length=120)
    every_days = forms.IntegerField(label=_("Every so many days"), min_value=1, max_value=366, initial=30)
    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    points = forms.CharField(
        label=_("Checklist"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One point a line: what the walker looks at."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"].choices = things_to_patrol(viewer)  # type: ignore[attr-defined]
        self.fields["first_on"].initial = localtime(clock.now()).date()

    def clean_points(self) -> list[str]:
        """The lines."""
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]


class PhotosInput(forms.FileInput):
    """Takes several files; phones offer their camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to a list of uploads; what is inside them is checked when they are kept."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(one, initial) for one in given if one][:MOST_PHOTOS]


class RoundForm(forms.Form):
    """How every point was, what is wrong, photos, words."""

    def __init__(self, *args: Any, points: Sequence[PatrolPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points
        for one in points:
            self.fields[f"point_{one.pk}"] = forms.ChoiceField(
                label=f"{one.number}. {one.text}",
                choices=(("fine", _("In order")), ("wrong", _("Not in order"))),
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{one.pk}"] = forms.CharField(
                label=_("What is wrong with point %(number)d") % {"number": one.number},
                required=False,
                max_length=200,
            )
        self.fields["photos"] = PhotosField(
            label=_("Photos"),
            required=False,
            widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True}),
        )
        self.fields["words"] = forms.CharField(
            label=_("Remark"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
        )

    def answers(self) -> dict[int, Answer]:
        """The answers by the point's id."""
        data = self.cleaned_data
        return {
            one.pk: Answer(data[f"point_{one.pk}"] == "fine", data[f"note_{one.pk}"])
            for one in self.points
            if data.get(f"point_{one.pk}")
        }
