"""Whose a region is: one log writes it, what it holds of others keeps everything out, and its mode is watched."""

import contextlib
import json
import threading

import pytest
from regional import NAMES, V1, config, mode_of, set_mode, shown, started, told_by, wait_for_admission

from sgwtest import Axonops, Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

CLAIM = r"/subjects/[^/]*schema-gateway[^/]*claim/versions"


def claim_in(region):
    """(versions, text) of the claim that the region holds, asked of itself."""
    registry = Registry(region.url)
    path = "/contexts/.schema-gateway/subjects/claim/versions"
    return registry.call("GET", path), registry.call("GET", path + "/1")["schema"]


def log_uuid_in(text):
    return json.loads(text)["name"].removeprefix("Log_").replace("_", "-")


def test_of_two_gateways_one_claims_a_fresh_region():
    """Both have found all regions free, and write their claims at the same moment."""
    with started() as regions, contextlib.ExitStack() as stack:
        proxies = [stack.enter_context(ScriptedProxy(region)) for region in regions]
        races = {proxy.name: threading.Barrier(2) for proxy in proxies}
        for proxy in proxies:
            proxy.watch("POST " + CLAIM, lambda _, race=races[proxy.name]: race.wait(20))
        patient = config(health={"timeout": "20s"})  # the first waits for the second
        both = [stack.enter_context(Gateway(proxies, config=patient, name=name)) for name in ("one", "two")]
        for region in regions:
            wait_until(lambda region=region: sorted(gateway.admission(region.name) or "" for gateway in both)
                       == ["claimed", "claimed_by_other"], 15, f"{region.name} to be claimed by one")
            versions, text = claim_in(region)
            loser = next(gateway for gateway in both if gateway.admission(region.name) == "claimed_by_other")
            assert versions == [1]
            assert f"claimed by log {log_uuid_in(text)}" in shown(loser, region)
        assert not any(race.broken for race in races.values())


def test_region_of_another_log_is_never_written():
    """No write of any kind, whatever is asked for, and an alarm that says whose it is."""
    with Axonops("theirs") as theirs, Axonops("ours") as ours, ScriptedProxy(theirs) as watched:
        with Gateway([theirs], config=config(), name="first") as first:
            first.wait_for_regions()
            Registry(first.url).register("theirs", V1)
            first.wait_until_deployed()
        owner = log_uuid_in(claim_in(theirs)[1])
        set_mode(theirs, "READWRITE")  # nobody is left to set it back, and it is not for others to do
        seen = []
        watched.watch("", seen.append)
        with Gateway([watched, ours], config=config(), name="second") as second:
            second.wait_for_regions("ours")
            wait_for_admission(second, theirs, "claimed_by_other")
            with pytest.raises(RegistryError) as refusal:
                Registry(second.url).register("ours", '"int"')
            assert refusal.value.status == 503 and "theirs" in refusal.value.message
            looked = len(seen)
            wait_until(lambda: len(seen) >= looked + 15, 15, "more rounds, preparations among them")
            assert {request.method for request in seen} == {"GET"}
            assert f"claimed by log {owner}" in shown(second, theirs)
            assert any(event.get("region") == "theirs" and event.get("admission") == "claimed_by_other"
                       and event["level"] in ("warning", "error") for event in list(second.events))
        assert Registry(theirs.url).subjects() == ["theirs"]
        assert mode_of(theirs) == "READWRITE"


def only_in_another_context(registry):
    registry.call("POST", "/contexts/.team/subjects/theirs/versions", {"schema": V1})


def only_deleted(registry):
    registry.register("theirs", V1)
    registry.call("DELETE", "/subjects/theirs")


@pytest.mark.parametrize("fill", [only_in_another_context, only_deleted])
def test_region_that_holds_anything_is_not_claimed(fill):
    """Its ids are taken, although its list of subjects is empty."""
    with Axonops("theirs") as region:
        fill(Registry(region.url))
        assert Registry(region.url).subjects() == []
        with Gateway([region], config=config()) as gateway:
            wait_for_admission(gateway, region, "unadopted")
            with pytest.raises(RegistryError) as refusal:
                Registry(gateway.url).register("orders", V1)
            assert refusal.value.status == 503
            assert "theirs" in shown(gateway, region)
        assert mode_of(region) == "READWRITE"


@pytest.fixture
def regions():
    with started(NAMES[:2]) as running:
        yield running


def test_mode_is_watched(regions):
    """Nobody registers anything, and IMPORT is there again."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        set_mode(regions[0], "READWRITE")
        wait_until(lambda: mode_of(regions[0]) == "IMPORT", 10, "IMPORT mode to be set again")
        gateway.wait_for_regions()


def test_narrower_mode_in_a_region_is_an_alarm(regions):
    """No probe sees it, but the refused write says so in the region's words; it gets nothing until that is mended."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        Registry(regions[0].url).call("PUT", "/mode/orders", {"mode": "READONLY"})
        registry = Registry(gateway.url)
        registry.register("orders", V1)
        wait_for_admission(gateway, regions[0], "not_import")
        assert "42205" in shown(gateway, regions[0])
        registry.register("other", V1)
        wait_until(lambda: Registry(regions[1].url).subjects() == ["orders", "other"], 10, "the other to have both")
        assert Registry(regions[0].url).subjects() == []
        assert gateway.admission("us-west") == "not_import"
        Registry(regions[0].url).call("DELETE", "/mode/orders")
        gateway.wait_for_regions()
        gateway.wait_until_deployed()
        assert Registry(regions[0].url).subjects() == ["orders", "other"]


@pytest.mark.parametrize("status", [401, 403])
def test_region_that_stops_letting_an_idle_gateway_in(regions, status):
    """Nobody registers anything; the alarm is there in its words, once, others are read, and it ends by itself."""
    words = f"key {status} has expired"
    with ScriptedProxy(regions[0]) as near, Gateway([near, regions[1]], config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        Registry(gateway.url).register("orders", V1)
        gateway.wait_until_deployed()
        with near.lying("", lies.server_error(status, status, words)) as refusing:
            wait_for_admission(gateway, near, "not_import")
            assert gateway.metric("schema_gateway_region_up", region=near.name, kind="write") == 0
            assert words in shown(gateway, near)
            seen = refusing.told()
            wait_until(lambda: refusing.told() >= seen + 20, 15, "more rounds, preparations among them")
            told = [event for event in list(gateway.events)
                    if event["event"] == "region_changed" and words in event["admission_reason"]]
            assert [(event["region"], event["admission"]) for event in told] == [(near.name, "not_import")]
            for path in ("/subjects/orders/versions", "/subjects/orders/versions/latest"):
                assert told_by(gateway, path) == regions[1].name
        gateway.wait_for_regions()
