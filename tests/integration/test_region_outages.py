"""What goes on while regions are away, hang or come back empty."""

import json

import pytest
from regional import V1, V2, config, same_in_all

from sgwtest import Gateway, Registry, RegistryError, Toxiproxy


def test_outages_one_after_the_other_and_all_at_once(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        known = {"orders": registry.register("orders", V1)}

        def everything_is_answered(new_subject):
            for subject, answer in known.items():
                assert registry.version(subject)["id"] == answer["id"]
                assert registry.versions(subject) == [1]
                assert registry.register(subject, V1)["id"] == answer["id"]
                assert json.loads(registry.schema_by_id(answer["id"])["schema"]) == json.loads(V1)
            with pytest.raises(RegistryError) as unknown:
                registry.versions("unknown")
            assert unknown.value.code == 40401
            known[new_subject] = registry.register(new_subject, V1)

        for region in regions:
            region.kill()
            everything_is_answered(f"while-{region.name}-is-away")
            region.start()  # empty: it forgot everything
            gateway.wait_for_regions()
            for subject, answer in known.items():
                same_in_all(regions, subject, 1, answer["id"], V1)
        for region in regions:
            region.kill()
        everything_is_answered("in-total-outage")
        gateway.kill()
        gateway.restart()
        registry = Registry(gateway.url)
        everything_is_answered("in-total-outage-after-restart")
        for region in regions:
            region.start()
        for subject, answer in known.items():
            same_in_all(regions, subject, 1, answer["id"], V1)
        gateway.wait_until_deployed()


def test_region_that_came_back_empty_is_answered_around_and_filled(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        answers = [registry.register(f"s{n}", V1) for n in range(20)]
        nearest = regions[0]
        nearest.kill()
        nearest.start()
        for n, answer in enumerate(answers):
            assert registry.version(f"s{n}")["id"] == answer["id"]
            assert registry.versions(f"s{n}") == [1]
        for n, answer in enumerate(answers):
            same_in_all([nearest], f"s{n}", 1, answer["id"], V1)
        assert gateway.metric("schema_gateway_region_requeued_total", region=nearest.name) >= 20


@pytest.mark.parametrize("how", ["SIGSTOP", "timeout", "reset_peer", "latency"])
def test_hung_region(regions, how):
    with Toxiproxy() as faults:
        links = [faults.link(region) for region in regions]
        with Gateway(links, config=config(deploy={"ack": "one"}, reads={"try_timeout": "200ms"})) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url, timeout=4)
            answer = registry.register("orders", V1)
            gateway.wait_until_deployed()
            if how == "SIGSTOP":
                regions[0].suspend()
            else:
                links[0].add(how, **{"timeout": {"timeout": 0}, "reset_peer": {"timeout": 0},
                                     "latency": {"latency": 3000}}[how])
            for _ in range(20):
                assert registry.version("orders")["id"] == answer["id"]
                assert registry.versions("orders") == [1]
                assert registry.register("orders", V1)["id"] == answer["id"]
            new = registry.register("orders", V2)
            same_in_all(regions[1:], "orders", 2, new["id"], V2)
            regions[0].resume()
            links[0].heal()
            gateway.wait_for_regions()
            same_in_all(regions, "orders", 2, new["id"], V2)
