"""A field for several photos at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MOST_PHOTOS = 6
LARGEST_BYTES = 10 * 1024 * 1024
#: without HEIC: phones that take it then send JPEG by themselves
ACCEPTED = "image/jpeg,image/png,image/webp"


class PhotosInput(forms.FileInput):
    """Takes several files; phones offer their camera."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to a list of uploads. What is inside them is checked by ``journal`` when they are kept."""

    widget = PhotosInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", PhotosInput(attrs={"accept": ACCEPTED, "multiple": True}))
        kwargs.setdefault("label", _("Photos"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(PhotosField, self).clean(each, initial) for each in given if each]
        if self.required and not files:
            raise ValidationError(_("Please add a photo."), code="required")
        if len(files) > MOST_PHOTOS:
            raise ValidationError(
                _("At most %(most)d photos can be sent at once; choose the clearest ones."),
                params={"most": MOST_PHOTOS},
                code="too_many",
            )
        for file in files:
            if file.size > LARGEST_BYTES:
                raise ValidationError(
                    _("“%(name)s” is larger than 10 MB. Choose a smaller photo."),
                    params={"name": file.name},
                    code="too_large",
                )
        return files
