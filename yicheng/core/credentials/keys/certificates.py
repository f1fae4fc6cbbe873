"""The built-in certificate authority: a root of the city and the certificates below it (X.509, RFC 5280).

For the demonstration, tests, and cities that run their own; a licensed authority's certificates come by a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID

ROOT_LIVES = timedelta(days=365 * 20)
LEAF_LIVES = timedelta(days=365 * 5)
SKEW = timedelta(minutes=5)  # clocks of readers run late


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a certificate speaks for."""

    name: str
    organisation: str
    number: str = ""


def root_certificate(
    subject: Subject, key: CertificateIssuerPrivateKeyTypes, *, now: datetime
) -> x509.Certificate:
    """A self-signed authority that signs end certificates only."""
    public = key.public_key()
    name = _name(subject)
    return (
        _builder(name, name, public, now, ROOT_LIVES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def certificate(
    subject: Subject,
    public: EllipticCurvePublicKey,
    *,
    issuer: x509.Certificate,
    issuer_key: CertificateIssuerPrivateKeyTypes,
    now: datetime,
) -> x509.Certificate:
    """A certificate that signs documents and binds who signs (non-repudiation)."""
    above = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(_name(subject), issuer.subject, public, now, LEAF_LIVES)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def serial_of(found: x509.Certificate) -> str:
    """The serial number as it is stored and looked up."""
    return f"{found.serial_number:x}"


def organisation_of(found: x509.Certificate) -> str:
    """The organisation that a certificate names, "" where it names none."""
    return _first(found, NameOID.ORGANIZATION_NAME)


def name_of(found: x509.Certificate) -> str:
    """The common name, "" where there is none."""
    return _first(found, NameOID.COMMON_NAME)


def number_of(found: x509.Certificate) -> str:
    """The registered number of whom it speaks for, "" where there is none."""
    return _first(found, NameOID.SERIAL_NUMBER)


def _first(found: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    for attribute in found.subject.get_attributes_for_oid(oid):
        return str(attribute.value)
    return ""


def _builder(
    subject: x509.Name, issuer: x509.Name, public: object, now: datetime, lives: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + lives)
    )


def _name(subject: Subject) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject.organisation[:64]),
        x509.NameAttribute(NameOID.COMMON_NAME, subject.name[:64]),
    ]
    if subject.number:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, subject.number[:64]))
    return x509.Name(parts)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
