"""`force` and `recursive`, whose conversations in the recordings begin with calls of a later release."""

import pytest

from sgwtest import Gateway, Registry, RegistryError


@pytest.fixture
def registry():
    with Gateway() as gateway:
        found = Registry(gateway.url)
        found.register("a", '"int"')
        yield found


def refused(registry, method, path, body=None, **params):
    with pytest.raises(RegistryError) as error:
        registry.call(method, path, body, **params)
    assert error.value.status == error.value.code // 100
    return error.value.code


def test_import_over_live_subjects_wants_force(registry):
    wanted = {"mode": "IMPORT"}
    for scope in ("/mode/a", "/mode"):
        assert refused(registry, "PUT", scope, wanted) == 42205
        assert refused(registry, "PUT", scope, wanted, force="false") == 42205
        assert registry.call("PUT", scope, wanted, force="True") == wanted
        assert registry.call("GET", scope) == wanted
    assert registry.call("PUT", "/mode/without-versions", wanted) == wanted
    assert registry.versions("a") == [1]


def test_modes_of_all_subjects_end_with_recursive(registry):
    for scope in ("/mode/a", "/mode/b", "/mode/:.ctx:c"):
        registry.call("PUT", scope, {"mode": "READONLY"})
    registry.call("PUT", "/mode", {"mode": "READWRITE"})
    assert registry.call("DELETE", "/mode", recursive="false") == {"mode": "READWRITE"}
    assert registry.call("GET", "/mode/a") == {"mode": "READONLY"}
    assert registry.call("DELETE", "/mode", recursive="true") == {"mode": "READWRITE"}
    assert [refused(registry, "GET", f"/mode/{subject}") for subject in "ab"] == [40409, 40409]
    assert registry.call("GET", "/mode/:.ctx:c") == {"mode": "READONLY"}  # of another context


def test_delete_of_a_mode_that_is_not_set(registry):
    assert refused(registry, "DELETE", "/mode/a") == 40401
    assert refused(registry, "DELETE", "/mode/a", recursive="no") == 40401
    assert registry.call("DELETE", "/mode/a", recursive="true") == {}
    assert registry.call("DELETE", "/mode") == {"mode": "READWRITE"}
