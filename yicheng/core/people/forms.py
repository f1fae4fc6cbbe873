"""The forms of signing in, signing up and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.people import contacts
from yicheng.core.people.models import Account


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password; the name may be a user name, an e-mail address or a mobile number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label = _("User name, e-mail or mobile number")
        name.widget.attrs = {"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        password.label, password.help_text = _("Password"), ""
        password.widget.attrs = {"autocomplete": "current-password"}
        self.fields["remember"].label = _("Keep me signed in on this device")

    def user_credentials(self) -> dict[str, str]:
        return {
            "username": _username_of(self.cleaned_data["login"]),
            "password": self.cleaned_data["password"],
        }


class SignUpForm(forms.Form):
    name = forms.CharField(
        label=_("User name, e-mail or mobile number"),
        max_length=254,
        help_text=_("You sign in with it. Others do not see it."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    display_name = forms.CharField(
        label=_("What shall we call you?"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least ten characters, not only digits, nothing common."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )


class ProfileForm(forms.Form):
    display_name = forms.CharField(label=_("Name shown"), max_length=80)
    real_name = forms.CharField(
        label=_("Real name"),
        max_length=80,
        required=False,
        help_text=_("Kept encrypted; needed for licences."),
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Kept encrypted. Used to sign in and to reset your password."),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("Kept encrypted. Used to sign in and, if you ask for it, for messages."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ResetForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least ten characters, not only digits, nothing common."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        strip=False,
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.TypedChoiceField(
        label=_("Lasts"),
        coerce=int,
        initial=90,
        choices=[(7, _("a week")), (30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
    )
    rights = forms.MultipleChoiceField(
        label=_("Rights"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all the rights that you hold."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rights"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


def _username_of(name: str) -> str:
    """The user name behind what was typed; what was typed itself when nobody has it."""
    kind, value = contacts.kind_of(name) or ("username", name.strip().lower())
    if kind == "username":
        return value
    found = Account.objects.by_email(value) if kind == "email" else Account.objects.by_phone(value)
    return found.username if found else value


class LeaveForm(forms.Form):
    is_sure = forms.BooleanField(
        label=_("I have read this and want to close my account"),
        error_messages={"required": _("Tick this to close your account.")},
    )
    password = forms.CharField(
        label=_("Present password"),
        required=False,
        help_text=_("Leave it empty if you sign in through another service only."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
