"""Facts of sharing that other parts may follow up: the campaign counts them, indicators too."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import EventType


@dataclass(frozen=True, slots=True)
class DataRequested:
    """A department asked for data of another one."""

    request_id: int
    resource: str
    provider_id: int
    consumer_id: int


@dataclass(frozen=True, slots=True)
class GrantGiven:
    """Data may be used from now on."""

    grant_id: int
    resource: str
    provider_id: int
    consumer_id: int
    is_narrowed: bool
    is_standing: bool


@dataclass(frozen=True, slots=True)
class DataRefused:
    """The provider said no."""

    request_id: int
    resource: str
    provider_id: int
    consumer_id: int


@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """Data may not be used any more."""

    grant_id: int
    resource: str
    provider_id: int
    consumer_id: int


EVENTS = (
    EventType("sharing.data_requested", _("Data were asked for"), DataRequested),
    EventType("sharing.grant_given", _("Data were granted"), GrantGiven),
    EventType("sharing.data_refused", _("Data were refused"), DataRefused),
    EventType("sharing.grant_revoked", _("A grant was revoked"), GrantRevoked),
)
