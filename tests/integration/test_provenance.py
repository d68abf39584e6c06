"""Which answers say where they came from: those of calls that look something up, whatever comes out."""

import pytest

from sgwtest import Gateway, Registry

PROVENANCE = ("Schema-Gateway-Region", "Cache-Status", "Age")
INT, STRING, BROKEN = {"schema": '"int"'}, {"schema": '"string"'}, {"schema": "{"}

LOOKED_UP = [
    ("GET", "/subjects", None, 200),
    ("GET", "/subjects?limit=x", None, 404),
    ("GET", "/subjects/s/versions", None, 200),
    ("GET", "/subjects/none/versions", None, 404),
    ("GET", "/subjects/s/versions/1", None, 200),
    ("GET", "/subjects/s/versions/x", None, 422),
    ("GET", "/subjects/s/versions/latest/schema", None, 200),
    ("GET", "/schemas/ids/1", None, 200),
    ("GET", "/schemas/ids/x", None, 404),
    ("GET", "/schemas/ids/1/schema", None, 200),
    ("GET", "/schemas/ids/1/subjects", None, 200),
    ("GET", "/schemas/ids/1/versions", None, 200),
    ("POST", "/subjects/s", INT, 200),
    ("POST", "/subjects/s", BROKEN, 422),
    ("POST", "/compatibility/subjects/s/versions", INT, 200),
    ("POST", "/compatibility/subjects/s/versions/latest", BROKEN, 422),
    ("GET", "/config", None, 200),
    ("GET", "/config/s", None, 404),
    ("GET", "/mode", None, 200),
    ("GET", "/mode/s", None, 404),
    ("POST", "/subjects/s/versions", INT, 200),
]

NOT_LOOKED_UP = [
    ("GET", "/", None, 200),
    ("POST", "/", {}, 200),
    ("GET", "/schemas/types", None, 200),
    ("GET", "/v1/metadata/id", None, 200),
    ("GET", "/v1/metadata/version", None, 200),
    ("GET", "/none", None, 404),
    ("PATCH", "/subjects", None, 405),
    ("GET", "/subjects/%09/versions", None, 400),
    ("GET", "/contexts", None, 501),
    ("GET", "/schemas/ids/1?findTags=*", None, 501),
    ("GET", "/schemas/ids/1?findTags=&findTags=a", None, 501),
    ("GET", "/schemas/ids/1?findTags=a&findTags=", None, 501),
    ("GET", "/subjects/orders/versions/latest?findTags=PII", None, 501),
    ("POST", "/subjects/s/versions", BROKEN, 422),
    ("POST", "/subjects/s/versions", STRING, 409),
    ("PUT", "/config/s", {"compatibility": "FULL"}, 200),
    ("DELETE", "/config/s", None, 200),
    ("PUT", "/mode/s", {"mode": "READWRITE"}, 200),
    ("DELETE", "/mode/s", None, 200),
]


@pytest.fixture(scope="module")
def registry():
    with Gateway() as gateway:
        registry = Registry(gateway.url)
        registry.register("s", INT["schema"])
        yield registry


@pytest.mark.parametrize("method, path, body, status", LOOKED_UP)
def test_who_looks_something_up_says_where(registry, method, path, body, status):
    answer = registry.request(method, path, body)
    assert answer.status_code == status
    assert all(name in answer.headers for name in PROVENANCE), answer.headers


@pytest.mark.parametrize("method, path, body, status", NOT_LOOKED_UP)
def test_who_does_not_says_nothing(registry, method, path, body, status):
    answer = registry.request(method, path, body)
    assert answer.status_code == status
    assert not any(name in answer.headers for name in PROVENANCE), answer.headers
