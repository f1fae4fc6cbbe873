"""Keys: sealed at rest, statements that others can check, rotation that breaks nothing, honest words about SM2."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.core.management import call_command
from django.core.management.base import CommandError

from yicheng.core.credentials.actions.keeping import rotate_seal_key
from yicheng.core.credentials.keys import algorithms, jws
from yicheng.core.credentials.models import Key
from yicheng.core.credentials.public import check_pdf, published_keys, seal_pdf, sign_jws
from yicheng.core.credentials.tests.conftest import Bureau
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import SYSTEM


def opened(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def proves(token: str) -> bool:
    """Checked with nothing but what is published."""
    head, body, signature = token.split(".")
    kid = json.loads(opened(head))["kid"]
    key = next(one for one in published_keys()["keys"] if one["kid"] == kid)
    x, y = (int.from_bytes(opened(key[name]), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    raw = opened(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def test_statements_are_proved_by_published_keys(db: None) -> None:
    token = sign_jws("licences", {"typ": "x"}, {"name": "张三"})
    head, body, _signature = token.split(".")
    assert json.loads(opened(head))["typ"] == "x"
    assert json.loads(opened(body)) == {"name": "张三"}
    assert proves(token)
    forged = base64.urlsafe_b64encode(b'{"name":"x"}').rstrip(b"=").decode()
    assert not proves(token.replace(body, forged))


def test_older_statements_stay_provable_after_rotation(db: None) -> None:
    before = sign_jws("licences", {}, {"n": 1})
    kid = jws.rotate_key("licences")
    after = sign_jws("licences", {}, {"n": 2})
    assert published_keys()["keys"][0]["kid"] == kid
    assert json.loads(opened(after.split(".")[0]))["kid"] == kid
    assert proves(before)
    assert proves(after)


def test_a_published_key_s_certificate_comes_from_the_root(db: None) -> None:
    leaf, root = (
        x509.load_der_x509_certificate(base64.b64decode(one)) for one in published_keys()["keys"][0]["x5c"]
    )
    leaf.verify_directly_issued_by(root)


def test_nothing_published_or_stored_shows_a_private_key(db: None) -> None:
    sign_jws("licences", {}, {})
    assert all("d" not in key for key in published_keys()["keys"])
    for row in Key.objects.all():
        assert row.sealed.startswith("gAAAA")  # Fernet
        assert b"PRIVATE" not in bytes(row.certificate)


def test_a_purpose_that_is_not_published_signs_nothing(db: None) -> None:
    with pytest.raises(ValueError, match="published"):
        sign_jws("root", {}, {})


def test_a_seal_s_new_key_leaves_older_papers_valid(bureau: Bureau, page: bytes) -> None:
    before = seal_pdf(bureau.clerk, page, seal=bureau.seal.code, reason="", subject="page/1")
    rotate_seal_key(SYSTEM, bureau.seal.pk)
    after = seal_pdf(bureau.clerk, page, seal=bureau.seal.code, reason="", subject="page/2")
    assert check_pdf(before)[0].holds
    assert check_pdf(after)[0].holds
    assert Key.objects.filter(purpose="seal/100000.urban").count() == 2


def test_national_algorithms_are_named_not_promised() -> None:
    algorithms.check("ES256")
    with pytest.raises(Invalid, match="SM2 with SM3"):
        algorithms.check("SM2")
    with pytest.raises(Invalid, match="nonsense"):
        algorithms.check("nonsense")


def test_the_command_lists_keys_and_lets_the_next_one_sign(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_jws("licences", {}, {})
    call_command("keys", "rotate", "licences")
    call_command("keys", "list")
    said = capsys.readouterr().out
    assert said.count("licences") == 3
    assert said.count("retired") == 1
    with pytest.raises(CommandError, match="token"):
        call_command("keys", "adopt", "licences", "no-such-key")
