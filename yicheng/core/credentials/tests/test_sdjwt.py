"""Credentials: what was signed is what is read, an independent library agrees, and nothing altered passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from yicheng.core.credentials.licences import sdjwt

NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)
ISSUER = "https://city.example"


class Key:
    """A P-256 key that signs; what the platform's own key ring does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.private = ec.generate_private_key(ec.SECP256R1())

    def sign(self, header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
        return jwt.encode(dict(payload), self.private, "ES256", headers={**header, "kid": self.name})

    @property
    def jwk(self) -> dict[str, Any]:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.name}


CITY, STRANGER, WALLET = Key("city-1"), Key("city-1"), Key("wallet")
KEYS = {"keys": [CITY.jwk]}
PLAIN = {"iss": ISSUER, "vct": f"{ISSUER}/types/food", "iat": int(NOW.timestamp())}
FIELDS = {"licence_number": "JY24101", "holder_name": "张三", "premises": "中原路 1 号"}


def credential(**changed: Any) -> str:
    return sdjwt.issue({**PLAIN, **changed}, FIELDS, sign=CITY.sign)


def reason(text: str, **given: Any) -> str:
    with pytest.raises(sdjwt.Unsound) as caught:
        sdjwt.check(text, **{"keys": KEYS, "now": NOW, **given})
    return caught.value.reason


def test_everything_shown_is_everything_said() -> None:
    checked = sdjwt.check(credential(), keys=KEYS, now=NOW)
    assert checked.claims == {**PLAIN, **FIELDS}
    assert (checked.is_bound, checked.is_held) == (False, False)


def test_only_what_is_shown_can_be_read() -> None:
    text = sdjwt.cut(credential(), {"premises"})
    assert sdjwt.check(text, keys=KEYS, now=NOW).claims == {**PLAIN, "premises": FIELDS["premises"]}
    assert "张三" not in json.dumps([sdjwt._opened(one) for one in sdjwt.parse(text).disclosures])
    payload = jwt.decode(sdjwt.parse(text).token, options={"verify_signature": False})
    assert "holder_name" not in payload
    assert len(payload["_sd"]) == 3


def test_independent_library_confirms_ours() -> None:
    """openwallet's sd-jwt reads what we issue, cut down, bound to a wallet's key."""
    text = sdjwt.issue(PLAIN, FIELDS, sign=CITY.sign, holder_key=sdjwt.public_key(WALLET.jwk))
    bound = sdjwt.bind(
        sdjwt.cut(text, {"holder_name"}),
        sign=WALLET.sign,
        audience="https://shop.example",
        nonce="n-1",
        now=NOW,
    )
    city = JWK.from_json(json.dumps(CITY.jwk))
    verifier = SDJWTVerifier(bound, lambda _issuer, _header: city, "https://shop.example", "n-1")
    found = verifier.get_verified_payload()
    assert found["holder_name"] == "张三"
    assert "premises" not in found
    ours = sdjwt.check(bound, keys=KEYS, now=NOW, audience="https://shop.example", nonce="n-1")
    assert (ours.is_bound, ours.is_held) == (True, True)


def test_independent_library_refuses_what_we_would_refuse() -> None:
    city = JWK.from_json(json.dumps(CITY.jwk))
    forged = sdjwt.issue(PLAIN, FIELDS, sign=STRANGER.sign)
    with pytest.raises(Exception, match=r"(?i)verif|signature"):
        SDJWTVerifier(forged, lambda _issuer, _header: city).get_verified_payload()
    assert reason(forged) == "signature"


def test_we_read_what_the_independent_library_issues() -> None:
    pem = CITY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private = JWK.from_pem(pem)
    issuer = SDJWTIssuer(
        {**PLAIN, SDObj("holder_name"): "张三"},
        private,
        extra_header_parameters={"typ": "dc+sd-jwt", "kid": "city-1"},
    )
    holder = SDJWTHolder(issuer.sd_jwt_issuance)
    holder.create_presentation({"holder_name": True})
    assert sdjwt.check(holder.sd_jwt_presentation, keys=KEYS, now=NOW).claims == {
        **PLAIN,
        "holder_name": "张三",
    }


def test_time_counts() -> None:
    text = credential(nbf=int(NOW.timestamp()), exp=int((NOW + timedelta(days=30)).timestamp()))
    assert reason(text, now=NOW - timedelta(hours=1)) == "early"
    assert reason(text, now=NOW + timedelta(days=30)) == "expired"
    assert sdjwt.check(text, keys=KEYS, now=NOW + timedelta(days=29)).claims["vct"] == PLAIN["vct"]
    assert reason(credential(exp="tomorrow")) == "form"
    assert reason(credential(exp=True)) == "form"


def test_unknown_key_other_type_and_no_algorithm_are_refused() -> None:
    assert reason(credential(), keys={"keys": []}) == "key"
    other = sdjwt.issue(
        PLAIN, FIELDS, sign=lambda header, payload: CITY.sign({**header, "typ": "JWT"}, payload)
    )
    assert reason(other) == "type"
    unsigned = jwt.encode(PLAIN, "", "none", headers={"typ": sdjwt.TYPE, "kid": "city-1"})
    assert reason(unsigned + "~") in ("signature", "form")


def test_foreign_doubled_and_reserved_disclosures_are_refused() -> None:
    text, other = credential(), credential()
    foreign = sdjwt.parse(other).disclosures[0]
    assert reason(f"{text}{foreign}~") == "disclosure"
    doubled = sdjwt.parse(text).disclosures[0]
    assert reason(f"{text}{doubled}~") == "disclosure"
    with pytest.raises(ValueError, match="iss"):
        sdjwt.issue(PLAIN, {"iss": "another"}, sign=CITY.sign)


def test_binding_belongs_to_one_occasion() -> None:
    text = sdjwt.issue(PLAIN, FIELDS, sign=CITY.sign, holder_key=sdjwt.public_key(WALLET.jwk))
    bound = sdjwt.bind(text, sign=WALLET.sign, audience="a", nonce="1", now=NOW)
    assert reason(text, nonce="1") == "unbound"
    assert reason(bound, nonce="2") == "binding"
    assert reason(bound, nonce="1", audience="b") == "binding"
    thief = sdjwt.bind(text, sign=STRANGER.sign, audience="a", nonce="1", now=NOW)
    assert reason(thief) == "binding"
    less = sdjwt.parse(bound)
    assert reason("~".join((less.token, *less.disclosures[:1], less.binding))) == "binding"
    assert reason(sdjwt.bind(credential(), sign=WALLET.sign, audience="a", nonce="1", now=NOW)) == "binding"


@given(st.data())
def test_no_altered_letter_passes(data: st.DataObject) -> None:
    """One letter changed anywhere: refused, or (in padding bits of a signature) the very same bytes."""
    text = SOUND
    at = data.draw(st.integers(0, len(text) - 2))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~."))
    altered = text[:at] + letter + text[at + 1 :]
    with suppress(sdjwt.Unsound):
        checked = sdjwt.check(altered, keys=KEYS, now=NOW)
        assert checked.claims == {**PLAIN, **FIELDS}
        assert _raw(altered) == _raw(text)


def _raw(text: str) -> list[bytes]:
    return [sdjwt.decode(part) for part in sdjwt.parse(text).token.split(".")]


SOUND = credential()


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_.~-]{0,200}", fullmatch=True))
def test_any_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(sdjwt.Unsound):
        sdjwt.check(text, keys=KEYS, now=NOW)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20).filter(lambda name: name not in sdjwt._NEVER_DISCLOSED | set(PLAIN)),
        st.text(max_size=50),
        max_size=8,
    )
)
def test_any_fields_come_back(fields: dict[str, str]) -> None:
    text = sdjwt.issue(PLAIN, fields, sign=CITY.sign)
    assert sdjwt.check(text, keys=KEYS, now=NOW).claims == {**PLAIN, **fields}


@pytest.mark.parametrize(
    "given", [None, [], {}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {"kty": "RSA"}]
)
def test_wallet_keys_are_checked(given: object) -> None:
    with pytest.raises(ValueError, match="P-256"):
        sdjwt.public_key(given)


def test_wallet_key_loses_what_is_private_and_is_named_as_the_rfc_says() -> None:
    private = jwt.algorithms.ECAlgorithm.to_jwk(WALLET.private, as_dict=True)
    kept = sdjwt.public_key(private)
    assert set(kept) == {"kty", "crv", "x", "y"}
    assert sdjwt.thumbprint(kept) == JWK.from_json(json.dumps(kept)).thumbprint()
