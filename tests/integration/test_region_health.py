"""Regions that are neither well nor away: too slow for reads, throttling, unable to read one subject."""

import time

from sgwtest import Axonops, Gateway, Registry, ScriptedProxy, Toxiproxy, wait_until
from sgwtest import scripted_proxy as lies

QUICK = {"health": {"interval": "100ms", "timeout": "2s"}, "deploy": {"retry_max": "500ms"}}
SLOW_MS = 250
PATIENCE = {"reads": {"try_timeout": "150ms"}}


def region_of(gateway, path):
    return Registry(gateway.url).request("GET", path).headers["Schema-Gateway-Region"]


def up(gateway, region, kind):
    return gateway.metric("schema_gateway_region_up", region=region.name, kind=kind) == 1


def test_region_too_slow_for_reads_gets_deployments_and_no_reads():
    """It answers every probe and no read in time: that must not cost a reader a slow try again and again."""
    with Axonops("us-west") as us, Axonops("eu-west") as eu, Toxiproxy() as faults:
        link = faults.link(us)
        with Gateway([link, eu], config={**QUICK, **PATIENCE}) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            registry.register("orders", '"int"')
            gateway.wait_until_deployed()
            wait_until(lambda: region_of(gateway, "/subjects/orders/versions") == "us-west", 10, "the nearest region")
            link.add("latency", latency=SLOW_MS)
            wait_until(lambda: not up(gateway, us, "read"), 10, "the slow region to be left out")
            slow = 0
            until = time.monotonic() + 4
            while time.monotonic() < until:
                began = time.monotonic()
                assert registry.versions("orders") == [1]
                slow += time.monotonic() - began > 0.14
            assert slow <= 8  # 3 for each time that it was let in again would be over 20
            assert up(gateway, us, "write")
            answer = registry.register("orders", '["int","string"]')
            wait_until(lambda: Registry(us.url).version("orders")["id"] == answer["id"], 10, "the deployment")
            link.heal()
            wait_until(lambda: region_of(gateway, "/subjects/orders/versions") == "us-west", 40, "reads to return")


def test_region_that_cannot_tell_one_subject_is_a_finding_and_not_down():
    with Axonops("us-west") as us, Axonops("eu-west") as eu, ScriptedProxy(us) as liar:
        with Gateway([liar, eu], config=QUICK) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            for subject in ("orders", "other"):
                registry.register(subject, '"int"')
            gateway.wait_until_deployed()
            with liar.lying(r"GET /subjects/orders/versions", lies.html_page()) as lying:
                ejections = gateway.metric("schema_gateway_region_ejections_total", region="us-west")
                findings = gateway.metric("schema_gateway_region_findings_total", region="us-west")
                for _ in range(50):
                    assert registry.versions("orders") == [1]
                    assert registry.version("orders")["version"] == 1
                assert lying.told() >= 100
                assert gateway.metric("schema_gateway_region_findings_total", region="us-west") == findings + 100
                assert gateway.metric("schema_gateway_region_ejections_total", region="us-west") == ejections
                assert region_of(gateway, "/subjects/other/versions") == "us-west"


def test_page_instead_of_every_answer_leaves_the_region_out():
    with Axonops("us-west") as us, ScriptedProxy(us) as liar, Gateway([liar], config=QUICK) as gateway:
        gateway.wait_for_regions()
        with liar.lying(r"GET /", lies.html_page()):
            wait_until(lambda: not up(gateway, us, "read") and not up(gateway, us, "write"), 10, "the region to be down")
        gateway.wait_for_regions()


def slow_down(told):
    """429 for two seconds, each time noted."""
    def lie(request, answer):
        told.append(time.monotonic())
        return lies.Answer(429, [("Retry-After", "2")], b"")
    return lie


def test_throttling_region_is_not_deployed_to_before_it_says():
    told = []
    with Axonops("us-west") as us, ScriptedProxy(us) as liar, Gateway([liar], config=QUICK) as gateway:
        gateway.wait_for_regions()
        with liar.lying(r"(GET|POST) /subjects/orders", slow_down(told)):
            answer = Registry(gateway.url).register("orders", '"int"')
            wait_until(lambda: len(told) >= 3, 10, "three attempts")
        assert all(b - a >= 2 for a, b in zip(told, told[1:])), told
        wait_until(lambda: Registry(us.url).version("orders")["id"] == answer["id"], 5, "the deployment")


def test_throttling_region_is_not_read_for_as_long_as_it_says():
    told = []
    with Axonops("us-west") as us, Axonops("eu-west") as eu, ScriptedProxy(us) as liar:
        with Gateway([liar, eu], config=QUICK) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            registry.register("orders", '"int"')
            gateway.wait_until_deployed()
            with liar.lying(r"GET /subjects/orders/versions$", slow_down(told)):
                until = time.monotonic() + 3
                while time.monotonic() < until:
                    assert registry.versions("orders") == [1]
            assert 1 <= len(told) <= 2 and all(b - a >= 2 for a, b in zip(told, told[1:]))
            wait_until(lambda: region_of(gateway, "/subjects/orders/versions") == "us-west", 5, "reads to return")


def test_region_that_returns_is_read_and_deployed_to_at_once():
    with Axonops("us-west") as us, Axonops("eu-west") as eu, Gateway([us, eu], config=QUICK) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        registry.register("orders", '"int"')
        us.kill()
        wait_until(lambda: not up(gateway, us, "read"), 10, "the outage")
        answer = registry.register("orders", '["int","string"]')
        us.start()
        wait_until(lambda: Registry(us.url).version("orders")["id"] == answer["id"], 5, "the deployment")
        wait_until(lambda: region_of(gateway, "/subjects/orders/versions") == "us-west", 5, "reads to return")


def test_first_write_to_a_region_shows_that_it_takes_them():
    """After a restart nobody knows, until something is written: then it is in the log and shown."""
    def write_health():
        return [entry["write"] for entry in gateway.admin("/admin/regions")]

    with Axonops("us-west") as region, Gateway([region], config=QUICK) as gateway:
        gateway.wait_for_regions()
        assert write_health() == ["up"]  # the claim was written
        assert gateway.terminate() == 0
        gateway.restart()
        gateway.wait_for_regions()
        assert write_health() == ["unknown"]
        Registry(gateway.url).register("orders", '"int"')
        gateway.wait_until_deployed()
        assert write_health() == ["up"]
        wait_until(lambda: gateway.event("region_changed")["write"] == "up", 5, "the line about it")
