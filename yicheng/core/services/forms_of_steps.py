"""What the steps of an application ask of staff besides the outcome."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.declare import TaskForm


class OpinionForm(TaskForm):
    """The opinion in words, read by the applicant; needed where the answer is no."""

    opinion = forms.CharField(
        label=_("Opinion"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads it. Needed where the answer is no."),
    )
