"""Wrong answers are seen, right ones pass: also while a registration is under way."""

import pytest

from sgwdrill import facts
from sgwdrill.facts import Facts, Version, Window

SETTLED = Window("s", 2, (Version(1, 5, "A"), Version(2, 6, "B")))
UNDER_WAY = Window("s", 1, (Version(1, 5, "A"), Version(2, None, "B")))


def body(number, schema_id, text, **other):
    return {"subject": "s", "version": number, "id": schema_id, "guid": facts.guid(text), "schemaType": "AVRO",
            "schema": text, **other}


@pytest.mark.parametrize("window, answer", [
    (SETTLED, body(2, 6, "B")),
    (UNDER_WAY, body(1, 5, "A")),
    (UNDER_WAY, body(2, 77, "B")),
])
def test_right_latest(window, answer):
    assert facts.wrong_latest(window, 200, answer) is None


@pytest.mark.parametrize("window, status, answer", [
    (SETTLED, 200, body(1, 5, "A")),
    (SETTLED, 200, body(2, 6, "A")),
    (SETTLED, 200, body(2, 5, "B")),
    (SETTLED, 200, body(3, 6, "B")),
    (SETTLED, 200, body(2, 6, "B", guid="0")),
    (SETTLED, 200, body(2, 6, "B", subject="t")),
    (SETTLED, 200, body(2, 6, "B", schemaType=None)),
    (SETTLED, 200, None),
    (SETTLED, 200, []),
    (SETTLED, 404, {"error_code": 40401, "message": "Subject 's' not found."}),
    (SETTLED, 503, body(2, 6, "B")),
    (UNDER_WAY, 200, body(1, 9, "A")),
])
def test_wrong_latest(window, status, answer):
    assert facts.wrong_latest(window, status, answer)


@pytest.mark.parametrize("window, status, answer, right", [
    (SETTLED, 200, [1, 2], True),
    (UNDER_WAY, 200, [1], True),
    (UNDER_WAY, 200, [1, 2], True),
    (SETTLED, 200, [1], False),
    (SETTLED, 200, [], False),
    (SETTLED, 200, None, False),
    (SETTLED, 200, [2], False),
    (SETTLED, 200, [1, 2, 3], False),
    (SETTLED, 500, [1, 2], False),
    (UNDER_WAY, 200, [], False),
])
def test_lists(window, status, answer, right):
    assert (facts.wrong_list(window, status, answer) is None) == right


@pytest.mark.parametrize("status, answer, right", [
    (404, {"error_code": 40401, "message": "Subject 'u' not found."}, True),
    (404, {"error_code": 404, "message": "HTTP 404 Not Found"}, False),
    (404, {"error_code": 40401, "message": "Subject not found"}, False),
    (404, None, False),
    (503, {"error_code": 40401, "message": "Subject 'u' not found."}, False),
    (200, [], False),
])
def test_unknown_subjects(status, answer, right):
    assert (facts.wrong_unknown("u", status, answer) is None) == right


@pytest.mark.parametrize("schema_id, number, right", [(5, 1, True), (6, 1, False), (5, 2, False), (5, None, False)])
def test_reregistrations(schema_id, number, right):
    assert (facts.wrong_reregistration("s", Version(1, 5, "A"), schema_id, number) is None) == right


@pytest.mark.parametrize("status, answer, right", [
    (503, {"error_code": 50301, "message": "no region"}, True),
    (503, {"error_code": 503, "message": "no region"}, True),
    (503, {"error_code": 503, "message": ""}, False),
    (503, {"error_code": 500, "message": "no region"}, False),
    (503, None, False),
    (200, {"id": 1}, False),
    (500, {"error_code": 500, "message": "x"}, False),
])
def test_refusals(status, answer, right):
    assert (facts.wrong_refusal(status, answer) is None) == right


@pytest.mark.parametrize("status, answer, right", [
    (200, {"id": 7, "version": 3, "schema": "C"}, True),
    (200, {"id": 6, "version": 3, "schema": "C"}, False),
    (200, {"id": 7, "version": 2, "schema": "C"}, False),
    (200, {"id": 7, "version": 3, "schema": "B"}, False),
    (200, {"id": None, "version": 3, "schema": "C"}, False),
    (503, {"error_code": 50301, "message": "no region"}, False),
    (0, "refused", False),
])
def test_acceptances(status, answer, right):
    assert (facts.wrong_acceptance("s", 3, "C", {5, 6}, status, answer) is None) == right


def test_the_record_moves_from_sent_to_acknowledged():
    record = Facts()
    record.sending("s", "A")
    record.acknowledged("s", 5)
    before = record.acknowledged_count("s")
    record.sending("s", "B")
    assert record.window("s", before) == UNDER_WAY
    assert list(record.listing().versions) == [("s", 1)]
    record.acknowledged("s", 6)
    assert record.window("s", record.acknowledged_count("s")) == SETTLED
    assert record.ids() == {5, 6}
    assert record.listing().by_id == {5: "A", 6: "B"}
