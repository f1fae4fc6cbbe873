"""The components: what they render, escaped, labelled, tied to their errors."""

from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from yicheng.core.kernel.errors import Invalid
from yicheng.core.web.forms import add_refusal
from yicheng.core.web.specimen import SpecimenForm


def render(text: str, **context: object) -> str:
    return Template("{% load i18n ui %}" + text).render(Context(context))


def test_a_field_ties_label_help_and_error_to_its_control():
    html = render("{% field form.title %}", form=SpecimenForm({"title": "x" * 41}))
    assert '<label class="field__label" for="id_title">' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_title_error"' in html


def test_choices_are_a_group_with_a_legend():
    html = render("{% field form.severity %}", form=SpecimenForm())
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('type="radio"') == 2


def test_errors_on_top_lead_to_their_fields():
    html = render("{% form_errors form %}", form=SpecimenForm({}))
    assert '<a href="#id_title">' in html
    assert 'role="alert"' in html


def test_what_people_write_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    html = render(
        "{% badge evil 'bad' %}{% card title=evil %}{{ evil }}{% endcard %}{% nothing title=evil %}{% endnothing %}"
        "{% tile label=evil figure=evil %}{% notice tone='warn' title=evil %}{{ evil }}{% endnotice %}",
        evil=evil,
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 8


def test_an_unknown_tone_is_a_mistake_of_the_template():
    with pytest.raises(TemplateSyntaxError, match="no tone 'red'"):
        render("{% badge 'x' 'red' %}")


def test_a_refusal_lands_on_its_fields_and_the_rest_on_top():
    form = SpecimenForm({"title": "ok"})
    form.is_valid()
    add_refusal(form, Invalid("No.", fields={"title": "Taken.", "elsewhere": "Hm."}))
    assert "Taken." in form.errors["title"]
    assert form.non_field_errors() == ["Hm."]


def test_a_plain_refusal_stands_on_top():
    class Empty(forms.Form):
        pass

    form = Empty({})
    add_refusal(form, Invalid("No such place."))
    assert form.non_field_errors() == ["No such place."]
