"""Items and forms without code: a form made, tried and published, an item drafted, put into force and withdrawn."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.services.models import FormVersion, ItemVersion, ServiceItem

SCHEMA = {
    "type": "default",
    "components": [{"type": "textfield", "key": "why", "label": "事由", "validate": {"required": True}}],
}


@pytest.fixture
def keeper(db: None) -> Client:
    """A keeper who may also put items into force, of one bureau."""
    bureau = Organisation.objects.create(
        code="works", name="Works", kind="bureau", path="works", division_code="410100"
    )
    account = Account.objects.create(
        username="keeper", kind="staff", display_name="Keeper", organisation=bureau, language="en"
    )
    role = Role.objects.create(
        code="item_office", name="Office", rights=["services.keep_items", "services.publish_items"]
    )
    Appointment.objects.create(account=account, role=role)
    client = Client()
    client.force_login(account)
    return client


def draft_data(**more: str) -> dict[str, str]:
    return {
        "name": "占道", "kind": "permit", "level": "city", "audiences": "person", "promised_days": "5", "fee": "0",
        "visits": "1", "result_kind": "approval", "materials-TOTAL_FORMS": "1", "materials-INITIAL_FORMS": "0",
        "materials-0-code": "id", "materials-0-name": "身份证", "materials-0-form": "copy",
        "materials-0-source": "government", "materials-0-proved_by": "identity-card", **more,
    }  # fmt: skip


def test_a_form_is_made_tried_and_published_and_its_item_comes_into_force(keeper: Client) -> None:
    sent = {"title": "申请", "code": "road", "schema": json.dumps(SCHEMA)}
    assert keeper.post(reverse("desk.form_begin"), sent).status_code == 302
    assert "事由" in keeper.get(reverse("desk.form_try", args=["road"])).content.decode()
    keeper.post(reverse("desk.form_publish", args=["road"]))
    form = FormVersion.objects.get()
    assert form.status == "published"

    keeper.post(reverse("desk.item_begin"), {"name": "占道", "code": "road"})
    draft = ItemVersion.objects.get()
    process = {"form": str(form.pk), "is_online": "on"}
    keeper.post(reverse("desk.item_draft", args=[draft.pk]), draft_data(**process))
    ItemVersion.objects.filter(pk=draft.pk).update(process="services.application")
    assert keeper.get(reverse("desk.item", args=["road"])).status_code == 200
    keeper.post(reverse("desk.item_publish", args=[draft.pk]))
    item = ServiceItem.objects.get()
    assert item.current_id == draft.pk
    assert [one.proved_by for one in draft.materials.all()] == [["identity-card"]]


def test_a_new_version_leaves_the_old_one_as_it_was(keeper: Client) -> None:
    keeper.post(reverse("desk.item_begin"), {"name": "旧名", "code": "road"})
    first = ItemVersion.objects.get()
    keeper.post(reverse("desk.item_draft", args=[first.pk]), draft_data(name="旧名"))
    keeper.post(reverse("desk.item_publish", args=[first.pk]))
    keeper.post(reverse("desk.item_begin_draft", args=["road"]))
    second = ItemVersion.objects.get(number=2)
    assert second.materials.count() == 1
    keeper.post(reverse("desk.item_draft", args=[second.pk]), draft_data(name="新名"))
    keeper.post(reverse("desk.item_publish", args=[second.pk]))
    first.refresh_from_db()
    assert (first.status, first.name) == ("retired", "旧名")
    assert ServiceItem.objects.get().current_id == second.pk
    keeper.post(reverse("desk.item_withdraw", args=["road"]))
    assert ServiceItem.objects.get().current_id is None


def test_a_faulty_form_is_kept_and_not_published(keeper: Client) -> None:
    faulty = {"components": [{"type": "iframe", "key": "x"}]}
    keeper.post(reverse("desk.form_begin"), {"title": "坏", "code": "bad", "schema": json.dumps(faulty)})
    assert "iframe" in keeper.get(reverse("desk.form", args=["bad"])).content.decode()
    keeper.post(reverse("desk.form_publish", args=["bad"]))
    assert FormVersion.objects.get().status == "draft"
    answer = keeper.post(reverse("desk.form_begin"), {"title": "坏", "code": "worse", "schema": "{"})
    assert answer.status_code == 200
    assert not FormVersion.objects.filter(code="worse").exists()


def test_items_of_other_bodies_are_not_ones_own(keeper: Client) -> None:
    other = Organisation.objects.create(code="other", name="Other", kind="bureau", path="other")
    item = ServiceItem.objects.create(code="theirs", organisation=other, created_at=clock.now())
    ItemVersion.objects.create(
        item=item, number=1, name="别家", kind="permit", organisation=other, level="city", division_code="410100",
        audiences=["person"], created_at=clock.now(),
    )  # fmt: skip
    works = Organisation.objects.get(code="works")
    Appointment.objects.update(organisation=works)
    assert keeper.get(reverse("desk.item", args=["theirs"])).status_code == 404
    assert keeper.post(reverse("desk.item_begin_draft", args=["theirs"])).status_code == 403
