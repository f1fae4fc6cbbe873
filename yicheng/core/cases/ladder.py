"""The rungs of the escalation ladder in words: who is told, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from yicheng.core.cases.current import Rung, settings_now
from yicheng.core.cases.explain import amount_text
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.models import Role


def escalation_texts(levels: Iterable[str]) -> Mapping[str, str]:
    """A sentence for each level that is still laid down, in the reader's language: two queries however many."""
    wanted = set(levels)
    rungs = [rung for rung in settings_now().rungs if rung.level in wanted] if wanted else []
    names = _role_names({rung.tell for rung in rungs})
    return {rung.level: _sentence(rung, names) for rung in rungs}


def _sentence(rung: Rung, names: Mapping[str, str]) -> str:
    values = {"who": _who(rung, names), "amount": amount_text(replace(rung.leg, amount=abs(rung.leg.amount)))}
    if rung.leg.amount < 0:
        return _("Told %(amount)s before the due time: %(who)s") % values
    if rung.leg.amount > 0:
        return _("Told %(amount)s after the due time: %(who)s") % values
    return _("Told at the due time: %(who)s") % values


def _who(rung: Rung, names: Mapping[str, str]) -> str:
    if rung.tell == "assignee":
        return _("whoever has the step")
    who = str(RIGHTS.get(rung.tell).title) if rung.tell in RIGHTS else names.get(rung.tell, rung.tell)
    return _("%(who)s of the body above") % {"who": who} if rung.where == "above" else who


def _role_names(codes: Iterable[str]) -> Mapping[str, str]:
    rows = Role.objects.filter(code__in=codes).values_list("code", "name", "name_en")
    return {code: in_language(name, english) for code, name, english in rows}
