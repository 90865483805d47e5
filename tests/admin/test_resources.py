"""Records out and in: rows compared, refused with their cell, stored by the actions."""
from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chiso.models import Event, Unit, Upload, UploadState, What
from tests import make, record

pytestmark = pytest.mark.django_db
TABLES = ["unit", "indicator", "layout", "membership"]


@pytest.fixture
def office():
    issuer = record.office_of_2023()
    return issuer


@pytest.fixture
def desk(client, office):
    client.force_login(record.person("admin@example.org", role="administrator"))
    return client


def exported(client, table, ending="csv"):
    answer = client.get(f"/admin/chiso/{table}/export/{ending}/")
    assert answer.status_code == 200
    return answer.content


def brought(client, table, data, ending="csv"):
    answer = client.post(f"/admin/chiso/{table}/import/", {"file": SimpleUploadedFile(f"x.{ending}", data)})
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer["Location"])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_round(desk, table, ending):
    page = brought(desk, table, exported(desk, table, ending), ending)
    b = page.context["brought"]
    assert not b.faults, b.faults
    assert b.counts["skip"] > 0
    assert (b.counts["new"], b.counts["update"], b.counts["invalid"]) == (0, 0, 0), [l for l in b.lines if l.what != "skip"][:3]
