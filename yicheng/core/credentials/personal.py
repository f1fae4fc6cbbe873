"""What this package holds of persons: the words of licences and their papers, both sealed.

A licence outlives its holder's account: it is the city's record of what it decided. Rotation of the keys
reaches every sealed column.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import LicencePaper, LicenceVersion
from yicheng.core.people.declare import PersonalData
from yicheng.core.people.public import reseal_rows


def forget(_account_id: int) -> int:
    """Nothing hangs on the account: licences are the party's, and stay."""
    return 0


def reseal_licences() -> int:
    """Every sealed column under the newest key. Papers are large: fewer of them at once."""
    versions = reseal_rows(LicenceVersion.objects.all(), "fields_sealed")
    return versions + reseal_rows(LicencePaper.objects.all(), "sealed", at_once=50)


PERSONAL_DATA = (PersonalData("credentials.licences", _("Licences"), forget, reseal_licences),)
