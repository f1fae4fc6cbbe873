"""What administrators fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yicheng.core.web.administration.wording import ORGANISATION_KINDS

NOWHERE: list[tuple[Any, Any]] = [("", _("nothing above it"))]
OUTSIDE: list[tuple[Any, Any]] = [("", _("none of the city's"))]
EVERYWHERE: list[tuple[Any, Any]] = [("", _("the whole city"))]


def _number(value: str) -> int | None:
    return int(value) if value else None


class _WithOrganisations(forms.Form):
    """A form whose choices of organisations are the viewer's own branches."""

    chooser = "organisation"

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields[self.chooser]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*field.choices, *organisations]  # type: ignore[misc]


class StaffForm(_WithOrganisations):
    """The particulars of a member of staff."""

    display_name = forms.CharField(label=_("Name shown"), max_length=80)
    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    real_name = forms.CharField(
        label=_("Real name"), max_length=80, required=False, help_text=_("Kept encrypted.")
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput,
        help_text=_("Kept encrypted. Used to sign in and to reset the password."),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("Kept encrypted. Used to sign in."),
    )


class NewStaffForm(StaffForm):
    """A new member of staff."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        help_text=_("Three to forty letters or digits. It stays."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = ("username", "display_name", "organisation", "real_name", "email", "phone")


class AppointmentForm(_WithOrganisations):
    """A role and where it holds."""

    role = forms.TypedChoiceField(label=_("Role"), coerce=int)
    organisation = forms.TypedChoiceField(
        label=_("In the organisation, with all below it"),
        coerce=_number,
        empty_value=None,
        required=False,
        choices=EVERYWHERE,
    )
    division_code = forms.RegexField(
        label=_("In the division"),
        regex=r"^\d{6}(\d{3}){0,2}$",
        required=False,
        help_text=_("The code of a county (6 digits), street (9) or community (12). Empty: everywhere."),
    )
    application = forms.ChoiceField(
        label=_("In the application"), required=False, choices=[("", _("all applications"))]
    )

    def __init__(
        self, *args: Any, roles: list[tuple[int, str]], applications: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        role, application = self.fields["role"], self.fields["application"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(application, forms.ChoiceField)
        role.choices = roles
        application.choices = [*application.choices, *applications]  # type: ignore[misc]


class OrganisationForm(_WithOrganisations):
    """An organisation in the tree."""

    chooser = "parent"

    name = forms.CharField(label=_("Name"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ORGANISATION_KINDS)
    parent = forms.TypedChoiceField(
        label=_("Stands below"), coerce=_number, empty_value=None, required=False, choices=NOWHERE
    )
    division_code = forms.RegexField(
        label=_("Division"),
        regex=r"^\d{6}(\d{3}){0,2}$",
        required=False,
        help_text=_("The code of the area it answers for: 6, 9 or 12 digits."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)


class NewOrganisationForm(OrganisationForm):
    """A new organisation."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Za-z0-9_.\-]{1,40}$",
        help_text=_("Letters, digits and _ . -; it stays."),
    )
    field_order = ("code", "name", "short_name", "name_en", "kind", "parent", "division_code", "phone")


class RoleForm(forms.Form):
    """What a role is called; its rights are ticked beside it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class NewRoleForm(RoleForm):
    """A new role."""

    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and _; it stays.")
    )
    field_order = ("code", "name", "name_en", "is_active")


class ClientForm(_WithOrganisations):
    """A system that signs in by itself."""

    chooser = "organisation_id"

    name = forms.CharField(label=_("Which system is it?"), max_length=80)
    client_id = forms.CharField(
        label=_("Identifier"), max_length=40, help_text=_("Three to forty small letters or digits; it stays.")
    )
    organisation_id = forms.TypedChoiceField(
        label=_("Organisation"),
        coerce=_number,
        empty_value=None,
        required=False,
        choices=OUTSIDE,
        help_text=_("Whose system it is: it may use what was granted to this body."),
    )


class ReasonForm(forms.Form):
    """Why something is closed; it goes into the audit trail."""

    reason = forms.CharField(label=_("Why?"), max_length=200)
