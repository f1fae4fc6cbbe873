"""What a reporter says about the result."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.public import level_field


class RatingForm(forms.Form):
    """Five levels (GB/T 39735) and, if one likes, words."""

    level = level_field()
    words = forms.CharField(
        label=_("In your words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class DisputeForm(forms.Form):
    """Not solved after all."""

    reason = forms.CharField(
        label=_("What is still wrong?"),
        min_length=4,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
