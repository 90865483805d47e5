"""The cast at the desk: the small province, its people, and a clerk of another office."""

from __future__ import annotations

import pytest
from django.test import Client

from chiso.models import Role
from tests import make


@pytest.fixture
def tree(db):
    return make.tree()


@pytest.fixture
def cast(tree):
    return make.cast(tree=tree)


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.clerk)
    return client


@pytest.fixture
def approver(cast):
    """A second browser, for what needs two people."""
    browser = Client()
    browser.force_login(cast.approver)
    return browser


@pytest.fixture
def administrator(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def elsewhere(tree):
    """The clerk of another province's office."""
    office = make.issuer(unit=tree.elsewhere, slug="vpub-gia-lai", name="Văn phòng UBND tỉnh Gia Lai")
    return make.member(unit=office.unit, role=Role.CLERK, email="elsewhere@example.org")


@pytest.fixture
def draft(tree):
    return make.draft(tree=tree)
