"""What people do to their own accounts (``own``), and what administrators do (the others)."""

from yicheng.core.people.actions.bodies import (
    change_organisation,
    close_organisation,
    create_organisation,
    reopen_organisation,
)
from yicheng.core.people.actions.clients import close_client, create_client, renew_client_secret
from yicheng.core.people.actions.leaving import leave
from yicheng.core.people.actions.own import (
    adopt_email,
    change_profile,
    end_sessions,
    free_username,
    make_token,
    reset_password,
    revoke_token,
    sign_up,
)
from yicheng.core.people.actions.parties import (
    accept_mandate,
    declare_company,
    declare_identity,
    give_mandate,
    prove_identity,
    record_mandate,
    revoke_mandate,
)
from yicheng.core.people.actions.roles import change_role, create_role
from yicheng.core.people.actions.staff import (
    appoint,
    change_staff,
    close_account,
    create_staff,
    end_appointment,
    renew_password,
    reopen_account,
    reset_second_factor,
)

__all__ = [
    "accept_mandate",
    "adopt_email",
    "appoint",
    "change_organisation",
    "change_profile",
    "change_role",
    "change_staff",
    "close_account",
    "close_client",
    "close_organisation",
    "create_client",
    "create_organisation",
    "create_role",
    "create_staff",
    "declare_company",
    "declare_identity",
    "end_appointment",
    "end_sessions",
    "free_username",
    "give_mandate",
    "leave",
    "make_token",
    "prove_identity",
    "record_mandate",
    "renew_client_secret",
    "renew_password",
    "reopen_account",
    "reopen_organisation",
    "reset_password",
    "reset_second_factor",
    "revoke_mandate",
    "revoke_token",
    "sign_up",
]
