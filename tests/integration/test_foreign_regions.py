"""What a region holds of others, or may hold, keeps everything new out."""

import contextlib

import pytest
from regional import V1, V2, config, same_in_all, set_mode, shown, wait_for_admission

from sgwtest import Gateway, Registry, RegistryError, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies


def test_region_never_seen_means_503_for_new_registrations(regions):
    """It may hold schemas under the ids that would be handed out."""
    regions[2].kill()
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions("us-west", "eu-west")
        answer = Registry(gateway.url).request("POST", "/subjects/orders/versions", {"schema": V1})
        assert answer.status_code == 503 and answer.headers["Retry-After"]
        for words in ("region ap-south", "connect: ", "refused", "until it is adopted or removed from the configuration"):
            assert words in answer.json()["message"], answer.text
        assert '"adopted": false' in shown(gateway, regions[2]) and "refused" in shown(gateway, regions[2])
        regions[2].start()
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 1, Registry(gateway.url).register("orders", V1)["id"], V1)


def test_region_claimed_by_another_log(regions):
    with Gateway(regions[:1], config=config(), name="first") as first:
        first.wait_for_regions()
        Registry(first.url).register("theirs", V1)
        first.wait_until_deployed()
        with Gateway(regions, config=config(), name="second") as second:
            second.wait_for_regions("eu-west", "ap-south")
            wait_for_admission(second, regions[0], "claimed_by_other")
            with contextlib.suppress(RegistryError):  # it holds what this log did not put there: 503 is right too
                Registry(second.url).register("ours", '"int"')
            assert Registry(regions[0].url).subjects() == ["theirs"]


def test_region_that_holds_foreign_schemas(regions):
    """It is not written, and nothing new is accepted: its ids are not known to be free. Reads go on."""
    foreign = Registry(regions[1].url).register("foreign", '"bytes"')
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions("us-west", "ap-south")
        wait_for_admission(gateway, regions[1], "unadopted")
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url).register("orders", V1)
        assert refusal.value.status == 503
        assert "eu-west" in refusal.value.message
        assert Registry(regions[1].url).subjects() == ["foreign"]
        assert Registry(regions[1].url).schema_by_id(foreign["id"])["schema"] == '"bytes"'


@pytest.mark.parametrize("meanwhile", ["while the gateway runs", "while it does not"])
def test_region_that_somebody_opened_and_wrote_to(regions, meanwhile):
    """Our claim is there all the time, and proves nothing any more: what was written takes ids that we would give."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        Registry(gateway.url).register("orders", V1)
        gateway.kill() if meanwhile == "while it does not" else gateway.suspend()
        set_mode(regions[1], "READWRITE")
        Registry(regions[1].url).register("foreign", '"bytes"')
        gateway.restart() if meanwhile == "while it does not" else gateway.resume()
        wait_for_admission(gateway, regions[1], "unadopted")
        assert "foreign" in shown(gateway, regions[1])
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url).register("orders", V2)
        assert refusal.value.status == 503 and "eu-west" in refusal.value.message
        assert Registry(gateway.url).register("orders", V1)["id"] == 1
        for permanently in ("false", "true"):
            Registry(regions[1].url).call("DELETE", "/subjects/foreign", permanent=permanently)
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 2, Registry(gateway.url).register("orders", V2)["id"], V2)


def test_region_that_holds_foreign_schemas_is_removed(regions):
    """That opens the gateway again; ids go on above the floor, which the operator has set above the region's."""
    foreign = Registry(regions[1].url).register("foreign", '"bytes"')
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        wait_for_admission(gateway, regions[1], "unadopted")
        assert gateway.terminate() == 0
        del gateway.region_list[1]
        gateway.overrides["ids"] = {"floor": foreign["id"]}
        gateway.restart()
        gateway.wait_for_regions("us-west", "ap-south")
        answer = Registry(gateway.url).register("orders", V1)
        assert answer["id"] > foreign["id"]
        same_in_all([regions[0], regions[2]], "orders", 1, answer["id"], V1)
        assert Registry(regions[1].url).subjects() == ["foreign"]


def test_region_that_is_owed_something_is_removed(regions):
    """What it never got holds up nobody who waits for all regions."""
    with Gateway(regions, config=config(deploy={"ack": "all", "on_timeout": "accept"})) as gateway:
        gateway.wait_for_regions()
        regions[1].kill()
        owed = Registry(gateway.url).register("orders", V1)
        assert gateway.metric("schema_gateway_deployments", region="eu-west", state="deployed") == 0
        assert gateway.terminate() == 0
        del gateway.region_list[1]
        gateway.overrides["deploy"]["on_timeout"] = "fail"
        gateway.restart()
        gateway.wait_for_regions("us-west", "ap-south")
        assert Registry(gateway.url).register("orders", V1) == owed
        answer = Registry(gateway.url).register("orders", V2)
        same_in_all([regions[0], regions[2]], "orders", 2, answer["id"], V2)


class Loading:
    """Lists nothing until `loaded()`, as a registry does while it reads its store."""

    def __init__(self, region, loaded):
        self.loaded = loaded
        self.claims = 0
        self.listings = 0
        region.lie(r"POST /subjects/:.schema-gateway:claim", self._see_claim)
        region.lie(r"GET /(subjects\?|contexts)", self._list_nothing)

    def _see_claim(self, request, answer):
        self.claims += 1

    def _list_nothing(self, request, answer):
        self.listings += "subjectPrefix" in request.path
        return None if self.loaded(self) else lies.answer_json([])


def stays_unadopted(gateway, liar, loading):
    """No claim is believed and nothing is written, however often it is looked at."""
    wait_for_admission(gateway, liar, "unadopted")
    seen = loading.listings
    wait_until(lambda: loading.listings > seen + 1, 10, "two more looks")
    assert gateway.admission(liar.name) == "unadopted"
    assert "foreign" in shown(gateway, liar)
    with pytest.raises(RegistryError) as refusal:
        Registry(gateway.url).register("ours", V1)
    assert refusal.value.status == 503 and liar.name in refusal.value.message
    assert Registry(liar.region.url).subjects() == ["foreign"]


LOADING = {"between the looks": lambda so_far: so_far.listings > 1, "after the claim": lambda so_far: so_far.claims > 0}


def keeps_out_for_good(gateway, liar, loading, loads):
    """After a restart too, and whether or not it was claimed meanwhile."""
    stays_unadopted(gateway, liar, loading)
    assert loading.claims == (1 if loads == "after the claim" else 0)
    gateway.kill()
    gateway.restart()
    stays_unadopted(gateway, liar, loading)


@pytest.mark.parametrize("loads", LOADING)
def test_region_that_is_still_loading(regions, loads):
    """It looks empty at first."""
    Registry(regions[0].url).register("foreign", '"bytes"')
    with ScriptedProxy(regions[0]) as liar:
        loading = Loading(liar, LOADING[loads])
        with Gateway([liar, *regions[1:]], config=config()) as gateway:
            keeps_out_for_good(gateway, liar, loading, loads)


@pytest.mark.parametrize("loads", LOADING)
def test_region_that_came_back_with_a_foreign_store(regions, loads):
    """Claimed by this log before, empty at first sight: what shows later keeps everything out."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", V1)
            gateway.suspend()
            regions[0].kill()
            regions[0].start()
            Registry(regions[0].url).register("foreign", '"bytes"')
            loading = Loading(liar, LOADING[loads])
            gateway.resume()
            keeps_out_for_good(gateway, liar, loading, loads)


def test_region_that_never_was_ours_counts_only_while_it_is_seen(regions):
    """Nothing keeps others from writing to it: once it is away, what it holds is not known."""
    hands_off = {**regions[0].region_config(), "manage_mode": False}
    with Gateway([hands_off, *regions[1:]], config=config()) as gateway:
        gateway.wait_for_regions("eu-west", "ap-south")
        wait_for_admission(gateway, regions[0], "not_import")
        Registry(gateway.url).register("orders", V1)
        regions[0].kill()
        wait_until(lambda: gateway.admission("us-west") == "unknown", 10, "it to be forgotten")
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url).register("orders", V2)
        assert refusal.value.status == 503 and "us-west" in refusal.value.message


def test_unadopted_region_away_means_503_not_404(regions):
    Registry(regions[1].url).register("foreign", '"bytes"')
    with Gateway(regions, config=config()) as gateway:
        wait_for_admission(gateway, regions[1], "unadopted")
        regions[1].kill()
        registry = Registry(gateway.url)

        def says_503():
            with pytest.raises(RegistryError) as refusal:
                registry.versions("foreign")
            return refusal.value.status == 503

        wait_until(says_503, 5, "a 503 for what the absent region may hold")
