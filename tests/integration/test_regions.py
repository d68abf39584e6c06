"""Three regions behind the gateway, real registries or gateways themselves: the same id in each."""

import contextlib

import pytest
from regional import NAMES, V1, V2, config, same_in_all

from sgwtest import Gateway, Registry, RegistryError, wait_until

NOT_COMPATIBLE = '{"type":"record","name":"Order","fields":[{"name":"other","type":"string"}]}'


def test_the_same_id_in_every_region(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        first, second = registry.register("orders", V1), registry.register("orders", V2)
        assert (first["version"], second["version"]) == (1, 2) and first["id"] != second["id"]
        assert registry.register("copy", V1)["id"] == first["id"]
        same_in_all(regions, "orders", 1, first["id"], V1)
        same_in_all(regions, "orders", 2, second["id"], V2)
        same_in_all(regions, "copy", 1, first["id"], V1)
        gateway.wait_until_deployed()
        assert gateway.metric("schema_gateway_deployments", state="deployed") == 9


def test_first_registration_waits_for_the_first_looks(regions):
    """A client that comes right after the start is not sent away while regions are looked through."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        answer = Registry(gateway.url).register("orders", V1)
        same_in_all(regions, "orders", 1, answer["id"], V1, deadline=1)


def test_the_gateway_is_the_gate(regions):
    """Regions in IMPORT check nothing: an incompatible or invalid schema reaches none of them."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        for schema, code in ((NOT_COMPATIBLE, 409), ('{"type":"record"}', 42201)):
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", schema)
            assert refusal.value.code == code
        gateway.wait_until_deployed()
        for region in regions:
            assert Registry(region.url).versions("orders") == [1]


def test_embedded_regions():
    """Gateways themselves, standalone, as regions."""
    with contextlib.ExitStack() as stack:
        regions = [stack.enter_context(Gateway(name=name, config={"ids": {"scope": "global"}})) for name in NAMES]
        gateway = stack.enter_context(Gateway(regions, config=config(deploy={"ack": "all"})))
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        first, second = registry.register("orders", V1), registry.register("orders", V2)
        for region in regions:
            held = Registry(region.url)
            assert [held.version("orders", v)["id"] for v in (1, 2)] == [first["id"], second["id"]]
            region.kill()
        assert registry.version("orders")["id"] == second["id"]
        third = registry.register("copy", V1)
        for region in regions:
            region.restart()
        for region in regions:
            wait_until(lambda region=region: Registry(region.url).version("copy")["id"] == third["id"], 10, "the copy")
