import pytest

from sgwdrill.answers import Acknowledged, Refused, TryAgain, Wrong, judge
from sgwdrill.checker import Ack
from sgwdrill.plan import Kind, Operation

NEW = Operation(0, Kind.new, "s", "T", None)
BAD = Operation(1, Kind.incompatible, "s", "X", 0)
REFUSAL = {"error_code": 409, "message": 'Schema being registered is incompatible with an earlier schema for '
                                         'subject "s", details: []'}


@pytest.mark.parametrize("operation, status, body, verdict", [
    (NEW, 200, {"id": 3, "version": 1, "schema": "T"}, Acknowledged(Ack("s", "T", 3, 1))),
    (NEW, 200, {"id": 3, "version": 1}, Acknowledged(Ack("s", "T", 3, 1))),
    (BAD, 409, REFUSAL, Refused()),
    (BAD, 200, {"id": 3, "version": 2, "schema": "X"}, Acknowledged(Ack("s", "X", 3, 2))),
    (NEW, 503, None, TryAgain("503")),
    (BAD, 500, {"error_code": 50001}, TryAgain("500")),
    (NEW, 429, None, TryAgain("429")),
])
def test_verdicts(operation, status, body, verdict):
    assert judge(operation, status, body) == verdict


@pytest.mark.parametrize("operation, status, body", [
    (NEW, 200, None),
    (NEW, 200, {"id": 3}),
    (NEW, 200, {"id": True, "version": 1}),
    (NEW, 200, {"id": 0, "version": 1}),
    (NEW, 200, {"id": 3, "version": 1, "schema": "T "}),
    (NEW, 409, REFUSAL),
    (NEW, 404, {"error_code": 404}),
    (NEW, 422, {"error_code": 42201}),
    (BAD, 409, None),
    (BAD, 409, {"error_code": 40901, "message": "no"}),
    (BAD, 422, {"error_code": 42201}),
])
def test_wrong_answers(operation, status, body):
    assert isinstance(judge(operation, status, body), Wrong)
