"""Answers that are given from memory end with the change that makes them wrong."""

import json

import pytest
from regional import V1, V2

from sgwtest import Gateway, Registry, RegistryError


@pytest.fixture
def registry():
    with Gateway() as gateway:
        yield Registry(gateway.url)


def twice(call, *arguments, **fields):
    """The second answer may come from memory, and is the same."""
    first, second = call(*arguments, **fields), call(*arguments, **fields)
    assert first == second
    return second


def test_next_version_ends_what_registrations_are_answered(registry):
    """What stands as the latest version is known when it is asked for as the next one; once it is not, it is new."""
    registry.register("orders", V1)
    assert twice(registry.register, "orders", V1, version=-1)["version"] == 1
    assert twice(registry.call, "POST", "/subjects/orders/versions", {})["version"] == 1
    assert registry.register("orders", V2)["version"] == 2
    assert registry.call("POST", "/subjects/orders/versions", {})["version"] == 2
    third = registry.register("orders", V1, version=-1)
    assert third["version"] == 3
    assert twice(registry.call, "POST", "/subjects/orders/versions", {})["id"] == third["id"]


def test_config_ends_what_lookups_are_answered(registry):
    """The same schema only when it is normalized, which the configuration decides."""
    normal = '{"type":"record","name":"Order","fields":[{"name":"price","type":"float","default":1.0}]}'
    registry.register("orders", normal)

    def is_found():
        try:
            return twice(registry.lookup, "orders", normal.replace("1.0", "1"))["version"] == 1
        except RegistryError as error:
            assert error.code == 40403
            return False

    found = []
    for normalize in (False, True, False, True):
        registry.call("PUT", "/config", {"normalize": normalize})
        found.append(is_found())
    assert found == [False, True, False, True]
    registry.call("PUT", "/config/orders", {"normalize": False})
    assert not is_found()
    registry.call("DELETE", "/config/orders")
    assert is_found()


def test_import_ends_what_a_version_number_is_answered(registry):
    """IMPORT may put other content on a version that is there."""
    first = registry.register("orders", V1)["id"]
    assert json.loads(twice(registry.version, "orders", 1)["schema"]) == json.loads(V1)
    twice(registry.lookup, "orders", V1)
    twice(registry.schema_by_id, first)
    registry.call("PUT", "/mode/orders", {"mode": "IMPORT"}, force="true")
    registry.register("orders", V2, version=1, id=first + 1)
    replaced = registry.version("orders", 1)
    assert (replaced["id"], json.loads(replaced["schema"])) == (first + 1, json.loads(V2))
    assert registry.lookup("orders", V2)["id"] == first + 1
    with pytest.raises(RegistryError) as gone:
        registry.lookup("orders", V1)
    assert gone.value.code == 40403
    assert json.loads(registry.schema_by_id(first + 1)["schema"]) == json.loads(V2)
