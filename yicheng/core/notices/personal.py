"""What notices hold of a person: the inbox and the choice of channels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.models import ChannelChoice, Notice
from yicheng.core.people.declare import PersonalData


def _forget(account_id: int) -> int:
    chosen, _each = ChannelChoice.objects.filter(account_id=account_id).delete()
    told, _each = Notice.objects.filter(account_id=account_id).delete()
    return chosen + told


PERSONAL_DATA = (PersonalData("notices.inbox", _("Notices and channels"), _forget),)
