"""一码: one address for every code that the city prints, and the codes that the core itself prints."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences import codes
from yicheng.core.web.declare import Code, Page
from yicheng.faces.code import examples, files, licences, scanning, things

PAGES = (
    Page("code.home", "code", "", scanning.home, _("Check a code or a file"), None),
    Page("code.file", "code", "file/", files.check, _("Check a file"), None),
    Page("code.offline", "code", "offline/", files.offline, _("Check without a network"), None),
    Page("code.show", "code", "<str:code>", scanning.show, _("Code"), None, example=examples.licence_path),
)
CODES = (
    Code(
        "credentials.licence",
        _("Licence"),
        codes.LICENCE_PATTERN,
        licences.licence,
        proper=codes.normal,
        example=examples.licence,
        order=10,
    ),
    Code(
        "credentials.showing",
        _("Licence shown by its holder"),
        codes.ONCE_PATTERN,
        licences.shown,
        proper=codes.normal,
        order=10,
    ),
    Code("places.cell", _("Unit cell"), r"[0-9]{15}", things.cell, example=examples.cell, order=800),
    Code(
        "sensing.device",
        _("Device"),
        r"[0-9A-Za-z][0-9A-Za-z.:/_-]{3,59}",
        things.device,
        proper=str.strip,
        example=examples.device,
        order=900,
    ),
)
