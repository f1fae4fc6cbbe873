"""The sealed paper of a licence: one PDF whose seal holds, known again by its bytes, replaced with its version."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from yicheng.core.credentials import public as credentials
from yicheng.core.credentials.actions.licences.printing import paper_of
from yicheng.core.credentials.licences.credential import credential_of, offline_bundle
from yicheng.core.credentials.licences.files import examine
from yicheng.core.credentials.models import LicencePaper
from yicheng.core.credentials.queries.licences import own_version
from yicheng.core.credentials.tests.licensing import FOOD, Town, food, town
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid
from yicheng.core.people.public import SYSTEM
from yicheng.runtime.testing.rows import shared_rows

pytestmark = pytest.mark.django_db
BASE = "https://city.example"
the_town = shared_rows(town)


def sealed(town: Town) -> None:
    new = credentials.NewSeal(
        "market.licences",
        "市场监督管理局",
        town.market.pk,
        line="电子证照专用章",
        rules={"licence": ("process",)},
    )
    credentials.register_seal(SYSTEM, new)


def test_paper_is_sealed_once_and_known_again(the_town: Town, tmp_path: Path) -> None:
    facts = food(the_town)
    version = own_version(the_town.holder, facts.id)
    with pytest.raises(Conflict):
        paper_of(version, base=BASE)
    sealed(the_town)
    made = paper_of(version, base=BASE)
    assert paper_of(version, base=BASE) == made
    (signature,) = credentials.check_pdf(made)
    assert signature.holds
    assert signature.reason == f"食品经营许可证 {facts.number}"
    kept = LicencePaper.objects.get()
    assert kept.size == len(made)
    assert "%PDF" not in kept.sealed
    found = examine(made, base=BASE, now=clock.now())
    assert (found.word, found.version) == ("paper", version)
    changed = bytearray(made)
    changed[len(made) // 3] ^= 1
    try:
        word = examine(bytes(changed), base=BASE, now=clock.now()).word
    except Invalid:
        word = "changed"
    assert word == "changed"


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="Poppler is missing: install poppler-utils")
def test_poppler_confirms_and_reads_the_words(the_town: Town, tmp_path: Path) -> None:
    sealed(the_town)
    facts = food(the_town)
    path = tmp_path / "licence.pdf"
    path.write_bytes(paper_of(own_version(the_town.holder, facts.id), base=BASE))
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    words = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    for text in ("食品经营许可证", facts.number, "张三丰", FOOD["scope"], "市场监督管理局"):
        assert text in "".join(words.split()) or text in words


def test_command_line_checks_without_a_database(the_town: Town, tmp_path: Path) -> None:
    facts = food(the_town)
    file, keys = tmp_path / "a.sd-jwt", tmp_path / "keys.json"
    made = credential_of(own_version(the_town.holder, facts.id), base=BASE, holder_key=None)
    file.write_text(made)
    keys.write_text(json.dumps(offline_bundle(base=BASE)))
    out = StringIO()
    call_command("licences", "verify", str(file), "--keys", str(keys), stdout=out)
    assert out.getvalue().startswith("VALID")
    assert "holder_name: 张三丰" in out.getvalue()
    credentials.revoke_licence(the_town.officer, facts.id, reason="x")
    call_command("licences", "bundle", str(keys), "--issuer", BASE, stdout=StringIO())
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("licences", "verify", str(file), "--keys", str(keys), stdout=out)
    assert out.getvalue().startswith("DOES NOT COUNT")
    file.write_text(made[:100] + "A" + made[101:] if made[100] != "A" else made[:100] + "B" + made[101:])
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("licences", "verify", str(file), "--keys", str(keys), stdout=out)
    assert out.getvalue().startswith("NOT GENUINE")
    with pytest.raises(CommandError, match="no bundle"):
        call_command("licences", "verify", str(file), "--keys", str(file))
