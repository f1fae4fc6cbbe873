"""What is asked when a part is corrected, and when a file is sent in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import Part

LARGEST_MB = 20
DATUMS = (
    ("cgcs2000", _("CGCS2000 (surveys)")),
    ("wgs84", _("WGS 84 (satellite receivers)")),
    ("gcj02", _("GCJ-02 (Amap, Tencent)")),
    ("bd09", _("BD-09 (Baidu)")),
)


class PartForm(forms.Form):
    """What is seen of a part in the street."""

    state = forms.ChoiceField(label=_("State"), choices=Part.State.choices)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    address = forms.CharField(label=_("Place in words"), max_length=200, required=False)


class FileForm(forms.Form):
    """A table that somebody sends in. What it is, its content says."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV (UTF-8 or GB 18030), XLSX or GeoJSON, at most 20 MB. The first line names the columns."
        ),
    )
    datum = forms.ChoiceField(
        label=_("Coordinates"), choices=DATUMS, help_text=_("Of rows that do not say it themselves.")
    )

    def clean_file(self) -> object:
        """Refuse what is larger than the platform takes at once."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than 20 MB: split it."))
        return file
