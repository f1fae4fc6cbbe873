"""Whether an application is complete: the whole form once more, the materials that are needed, the signatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import attached_files
from yicheng.core.services.facts import MaterialFacts
from yicheng.core.services.forms import names
from yicheng.core.services.models import Application
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.forms import form_for, whole_form
from yicheng.core.services.queries.items import item_facts


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps an application from being handed in, and the step where it is mended."""

    field: str
    text: str | Promise
    step: str


def faults_of(application: Application) -> list[Fault]:
    """Everything that is missing or wrong, in the order of the pages."""
    answers = answers_of(application)
    return [*_of_form(application, answers), *_of_materials(application, answers), *_of_signers(application)]


def held_files(application: Application) -> dict[str, list[str]]:
    """Names of the files that the form's own fields hold, by key."""
    subject = f"serviceapplication/{application.pk}"
    found: dict[str, list[str]] = {}
    for shown in attached_files([subject])[subject]:
        found.setdefault(shown.stage, []).append(shown.name)
    return found


def needed_materials(application: Application, answers: dict[str, Any]) -> list[MaterialFacts]:
    """The materials that must be there with these answers."""
    found = names.names_of(answers)
    rows = item_facts(application.version_id).materials
    return [
        row for row in rows if (row.is_needed if not row.needed_when else names.holds(row.needed_when, found))
    ]


def _of_form(application: Application, answers: dict[str, Any]) -> Iterator[Fault]:
    form_id = application.version.form_id
    if form_id is None:
        return
    bound = whole_form(form_id, answers, held=held_files(application))
    if bound.is_valid():
        return
    homes = {key: step.key for step in form_for(form_id).steps for key in step.keys}
    for name, texts in bound.errors.items():
        label = bound.form.fields[name].label or name
        yield Fault(name, f"{label}：{texts[0]}", homes.get(name.partition(".")[0], ""))


def _of_materials(application: Application, answers: dict[str, Any]) -> Iterator[Fault]:
    given = set(application.materials.exclude(check_state="missing").values_list("code", flat=True))
    for material in needed_materials(application, answers):
        if material.code not in given:
            yield Fault(f"material.{material.code}", _missing(material), "materials")


def _of_signers(application: Application) -> Iterator[Fault]:
    waiting = application.signatures.filter(signed_at=None).count()
    if waiting:
        yield Fault("signatures", _("Not everybody has signed yet."), "sign")


def _missing(material: MaterialFacts) -> str:
    return str(_("%(material)s is missing.") % {"material": material.title})
