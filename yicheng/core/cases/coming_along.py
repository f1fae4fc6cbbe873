"""A process that comes with a package: its class of cases, and its drawing where the city pack draws none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import classes, current
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.models import CaseClass, ProcessVersion
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Tally
from yicheng.core.people.public import SYSTEM

#: sections of a pack that are laid down before
AFTER = ("cases.classes", "cases.processes", "people.roles", "cases.limits")


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """``drawing``: the BPMN file of the package; a pack's file of the same name in ``processes/`` takes its place."""

    process: str
    application: str
    class_code: str
    class_name: str
    class_name_en: str
    drawing: Path

    def section(self, key: str, title: str | Promise) -> PackSection:
        """A section of packs that lays down this process and needs no table."""
        return PackSection(key, title, files=(), check=_nothing_wrong, load=self.lay_down, after=AFTER)

    def lay_down(self, pack: CityPack) -> Tally:
        """The class, and the drawing unless the pack has its own."""
        tally = self.lay_down_class()
        if pack.files(f"processes/{self.drawing.name}"):
            return tally
        return tally + self.lay_down_process()

    def lay_down_class(self) -> Tally:
        """The class of its cases, which nobody picks by hand; no table of a pack names it."""
        _row, is_new = CaseClass.objects.update_or_create(
            code=self.class_code,
            defaults={
                "application": self.application,
                "kind": "event",
                "name": self.class_name,
                "name_en": self.class_name_en,
                "is_active": False,
                "is_public": False,
            },
        )
        classes.forget()
        current.changed()
        return Tally(created=1) if is_new else Tally(unchanged=1)

    def lay_down_process(self) -> Tally:
        """The drawing that comes with the package, published unless it is already."""
        files = {self.drawing.name: self.drawing.read_text(encoding="utf-8")}
        published = ProcessVersion.objects.filter(process=self.process, status="published").first()
        if published is not None and published.files == files:
            return Tally(unchanged=1)
        saved = save_version(SYSTEM, self.process, files=files, note=str(_("comes with the platform")))
        publish_version(SYSTEM, saved.pk)
        return Tally(changed=1) if published else Tally(created=1)


def _nothing_wrong(_pack: CityPack) -> Iterable[Finding]:
    return ()
