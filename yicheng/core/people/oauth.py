"""OAuth 2.0 for systems: client credentials only (RFC 6749, section 4.4); scopes are the keys of rights.

A client belongs to an account of kind ``system``; what it may do is what that account's
appointments say, narrowed to the scopes asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.grants import grants_of


class RightScopes(BaseScopes):  # type: ignore[misc]
    """Scopes are rights: a client may ask for those its account holds, and gets all of them by default."""

    def get_all_scopes(self) -> Mapping[str, str]:
        return {right.key: str(right.title) for right in RIGHTS}

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *_: Any, **__: Any
    ) -> Sequence[str]:
        if application is None:
            return []
        account = application.user
        return sorted(grants_of(account.pk, version=account.grants_version))

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *_: Any, **__: Any
    ) -> Sequence[str]:
        return self.get_available_scopes(application, request)


class ClientValidator(OAuth2Validator):  # type: ignore[misc]
    """Only confidential clients of active accounts, only the client credentials grant."""

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        allowed = grant_type == "client_credentials" and client.user_id and client.user.is_active
        return bool(allowed) and bool(
            super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)
        )
