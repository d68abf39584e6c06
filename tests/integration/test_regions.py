"""Three real registries behind the gateway: the same id in each, and what they may do wrong one by one."""

import contextlib
import json
import threading

import pytest
from regional import NAMES, V1, V2, config, same_in_all, shown, started, told_by, wait_for_admission

from sgwtest import Axonops, Gateway, Registry, RegistryError, ScriptedProxy, Toxiproxy, wait_until
from sgwtest import scripted_proxy as lies

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


@pytest.mark.parametrize("ack, holders", [("all", 3), ("majority", 2), ("home", 1), ("one", 1)])
def test_acknowledgement_means_that_the_regions_hold_it(regions, ack, holders):
    """At the very moment of the answer, without waiting."""
    with Gateway(regions, config=config(deploy={"ack": ack}, gateway={"region": "eu-west"})) as gateway:
        gateway.wait_for_regions()
        answer = Registry(gateway.url).register("orders", V1)
        held = [region.name for region in regions if "orders" in Registry(region.url).subjects()]
        assert len(held) >= holders
        assert ack != "home" or "eu-west" in held
        assert answer["version"] == 1


@pytest.mark.parametrize("on_timeout", ["accept", "fail"])
def test_all_with_a_region_away_follows_on_timeout(regions, on_timeout):
    deploy = {"ack": "all", "ack_timeout": "700ms", "on_timeout": on_timeout}
    with Gateway(regions, config=config(deploy=deploy)) as gateway:
        gateway.wait_for_regions()
        regions[2].kill()
        registry = Registry(gateway.url)
        if on_timeout == "accept":
            schema_id = registry.register("orders", V1)["id"]
        else:
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", V1)
            assert refusal.value.status == 503
            assert registry.versions("orders") == [1]  # durable all the same: registering again is idempotent
            schema_id = registry.version("orders")["id"]
        same_in_all(regions[:2], "orders", 1, schema_id, V1)


def test_waiting_for_regions_ends_at_the_deadline_of_the_request(regions):
    settings = config(deploy={"ack": "all", "ack_timeout": "60s", "on_timeout": "fail"},
                      health={"interval": "60s", "timeout": "30s"},  # what hangs is not noticed
                      gateway={"limits": {"request_timeout": "1s"}})
    with Gateway(regions, config=settings) as gateway:
        gateway.wait_for_regions()
        regions[2].suspend()
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url, timeout=10).register("orders", V1)
        assert refusal.value.status == 503 and "not enough regions" in refusal.value.message
        regions[2].resume()


def test_region_never_seen_means_503_for_new_registrations(regions):
    """It may hold schemas under the ids that would be handed out."""
    regions[2].kill()
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions("us-west", "eu-west")
        with pytest.raises(RegistryError) as refusal:
            Registry(gateway.url).register("orders", V1)
        assert refusal.value.status == 503 and "ap-south" in refusal.value.message
        assert "cannot be examined" in refusal.value.message  # and why, in the words of the failure
        assert '"adopted": false' in shown(gateway, regions[2]) and "refused" in shown(gateway, regions[2])
        regions[2].start()
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 1, Registry(gateway.url).register("orders", V1)["id"], V1)


def test_fail_waits_again_when_registered_again(regions):
    with Gateway(regions, config=config(deploy={"ack": "all", "ack_timeout": "700ms", "on_timeout": "fail"})) as gateway:
        gateway.wait_for_regions()
        regions[2].kill()
        registry = Registry(gateway.url)
        for _ in range(2):
            with pytest.raises(RegistryError) as refusal:
                registry.register("orders", V1)
            assert refusal.value.status == 503
        regions[2].start()
        answer = wait_until(lambda: registry.register("orders", V1), 10, "the registration to reach its ack")
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


def test_credentials_that_stop_working():
    """The region keeps what it has, gets nothing, is shown with its own words; everything else goes on."""
    with started() as regions, Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        with Gateway([*regions[:2], locked], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            first = Registry(gateway.url).register("orders", V1)
            assert gateway.terminate() == 0
            gateway.region_list[2]["auth"]["basic"]["password"] = "no-longer-right"
            gateway.restart()
            gateway.wait_for_regions("us-west", "eu-west")
            wait_for_admission(gateway, locked, "not_import")
            registry = Registry(gateway.url)
            second = wait_until(lambda: registry.register("orders", V2), 10, "a registration")
            same_in_all(regions[:2], "orders", 2, second["id"], V2)
            assert [registry.version("orders", v)["id"] for v in (1, 2)] == [first["id"], second["id"]]
            assert "401" in shown(gateway, locked)
            assert Registry(locked.url, auth=locked.auth).versions("orders") == [1]
            for secret in ("no-longer-right", "Right-password-1"):
                assert secret not in shown(gateway, locked) + gateway.process.output()


def test_credentials_that_never_worked(regions):
    """What that region holds is not known, so no new id is safe; the answer says which region to mend."""
    with Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        wrong = {**locked.region_config(), "auth": {"basic": {"username": "gateway", "password": "wrong"}}}
        with Gateway([*regions, wrong], config=config()) as gateway:
            gateway.wait_for_regions(*NAMES)
            wait_for_admission(gateway, locked, "not_import")
            with pytest.raises(RegistryError) as refusal:
                Registry(gateway.url).register("orders", V1)
            assert refusal.value.status == 503 and "locked" in refusal.value.message and "401" in refusal.value.message
            assert Registry(gateway.url).subjects() == []


def test_right_credentials():
    with Axonops("locked", auth=("gateway", "Right-password-1")) as locked:
        with Gateway([locked], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            answer = Registry(gateway.url).register("orders", V1)
            same_in_all([locked], "orders", 1, answer["id"], V1)
            assert "Right-password-1" not in gateway.process.output()


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


def test_region_that_is_still_loading_is_not_claimed(regions):
    """The first look finds nothing, the second one does."""
    Registry(regions[0].url).register("foreign", '"bytes"')
    with ScriptedProxy(regions[0]) as liar:
        loading = Loading(liar, lambda so_far: so_far.listings > 1)
        with Gateway([liar, *regions[1:]], config=config()) as gateway:
            stays_unadopted(gateway, liar, loading)
            assert loading.claims == 0


def test_region_that_loads_for_longer_than_it_is_watched(regions):
    """What shows once it is claimed keeps everything out of it, after a restart too."""
    Registry(regions[0].url).register("foreign", '"bytes"')
    with ScriptedProxy(regions[0]) as liar:
        loading = Loading(liar, lambda so_far: so_far.claims > 0)
        with Gateway([liar, *regions[1:]], config=config()) as gateway:
            stays_unadopted(gateway, liar, loading)
            assert loading.claims == 1
            gateway.kill()
            gateway.restart()
            stays_unadopted(gateway, liar, loading)


@pytest.mark.parametrize("loads", ["between the looks", "after the claim"])
def test_region_that_came_back_with_a_foreign_store(regions, loads):
    """Claimed by this log before, empty at first sight: what shows later keeps everything out."""
    early = loads == "between the looks"
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", V1)
            gateway.suspend()
            regions[0].kill()
            regions[0].start()
            Registry(regions[0].url).register("foreign", '"bytes"')
            loading = Loading(liar, lambda so_far: so_far.listings > 1 if early else so_far.claims > 0)
            gateway.resume()
            stays_unadopted(gateway, liar, loading)
            assert loading.claims == (0 if early else 1)
            gateway.kill()
            gateway.restart()
            stays_unadopted(gateway, liar, loading)


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


def test_first_registration_waits_for_the_first_looks(regions):
    """A client that comes right after the start is not sent away while regions are looked through."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        answer = Registry(gateway.url).register("orders", V1)
        same_in_all(regions, "orders", 1, answer["id"], V1, deadline=1)


def test_conflict_ends_where_the_region_is_claimed_anew(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        first = registry.register("orders", V1)
        gateway.wait_until_deployed()
        Registry(regions[0].url).register("intruder", '"bytes"', id=first["id"] + 1, version=1)
        second = registry.register("orders", V2)
        wait_until(lambda: gateway.metric("schema_gateway_deployments", region="us-west", state="conflict") == 1, 10,
                   "the conflict")
        regions[0].kill()
        regions[0].start()  # empty
        same_in_all(regions, "orders", 1, first["id"], V1)
        same_in_all(regions, "orders", 2, second["id"], V2)
        gateway.wait_until_deployed()
        assert gateway.metric("schema_gateway_deployments", state="conflict") == 0


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


def test_region_that_was_read_write_is_put_into_import(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        for region in regions:
            assert Registry(region.url).call("GET", "/mode/any", defaultToGlobal="true") == {"mode": "IMPORT"}
        assert Registry(gateway.url).call("GET", "/mode") == {"mode": "READWRITE"}


def test_import_mode_is_set_again(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        Registry(regions[0].url).call("PUT", "/mode/:.__GLOBAL:", {"mode": "READWRITE"}, force="true")
        answer = wait_until(lambda: Registry(gateway.url).register("orders", V1), 10, "a registration")
        same_in_all(regions, "orders", 1, answer["id"], V1)


def test_mode_that_is_not_ours_to_set(regions):
    """manage_mode: false, and nobody put the region into IMPORT."""
    hands_off = {**regions[0].region_config(), "manage_mode": False}
    with Gateway([hands_off, *regions[1:]], config=config()) as gateway:
        gateway.wait_for_regions("eu-west", "ap-south")
        wait_for_admission(gateway, regions[0], "not_import")
        answer = Registry(gateway.url).register("orders", V1)
        same_in_all(regions[1:], "orders", 1, answer["id"], V1)
        assert Registry(regions[0].url).subjects() == []
        Registry(regions[0].url).call("PUT", "/mode/:.__GLOBAL:", {"mode": "IMPORT"}, force="true")
        gateway.wait_for_regions()
        same_in_all(regions, "orders", 1, answer["id"], V1)


def test_subject_that_a_region_keeps_out_of_import(regions):
    """A narrower setting in the region beats IMPORT; the others get the schema, that one nothing before it is mended."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        Registry(regions[0].url).call("PUT", "/mode/orders", {"mode": "READONLY"})
        registry = Registry(gateway.url)
        answer = registry.register("orders", V1)
        same_in_all(regions[1:], "orders", 1, answer["id"], V1)
        assert registry.version("orders")["id"] == answer["id"]
        wait_until(lambda: gateway.metric("schema_gateway_deployments", region="us-west", state="failed")
                   + (gateway.admission("us-west") == "not_import"), 10, "the alarm")
        assert Registry(regions[0].url).subjects() == []
        Registry(regions[0].url).call("DELETE", "/mode/orders")
        same_in_all(regions, "orders", 1, answer["id"], V1)


# A region's answer is a fact to be checked, never passed on.

LIES = {
    "another id": (r"GET /(subjects|schemas)", lies.changed(id=4711)),
    "another version": (r"GET /subjects/[^/]+/versions/", lies.changed(version=9)),
    "another text": (r"GET /(subjects|schemas)", lies.changed(schema='"bytes"')),
    "another subject": (r"GET /subjects/[^/]+/versions/", lies.changed(subject="elsewhere")),
    "empty lists": (r"GET /subjects", lies.empty_list),
    "a list of versions that are not": (r"GET /subjects/[^/]+/versions$",
                                        lambda request, answer: lies.answer_json([1, 2, 3, 99])),
    "subject not found": (r"GET /subjects/", lambda request, answer: lies.answer_json(
        {"error_code": 40401, "message": "Subject not found."}, 404)),
    "a bare 404": (r"GET /", lambda request, answer: lies.answer_json({"error_code": 404, "message": "x"}, 404)),
    "an HTML page": (r"GET /", lies.html_page(200)),
    "an HTML error page": (r".* /", lies.html_page(502)),
    "half a body": (r"GET /", lies.half_body),
    "no answer": (r".* /", lies.no_answer),
    "500": (r".* /", lies.server_error(500, 50002)),
    "429": (r".* /", lies.server_error(429, 429, "Too many requests")),
    "401": (r".* /", lies.server_error(401, 401, "Unauthorized")),
    "an array for an object": (r"GET /", lambda request, answer: lies.answer_json([[], {}, None])),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_of_the_nearest_region(regions, lie):
    pattern, tell = LIES[lie]
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            first, second = registry.register("orders", V1), registry.register("orders", V2)
            with liar.lying(pattern, tell) as lying:
                for _ in range(3):
                    assert registry.versions("orders") == [1, 2]
                    latest = registry.version("orders")
                    assert (latest["id"], latest["version"], latest["subject"]) == (second["id"], 2, "orders")
                    assert json.loads(latest["schema"]) == json.loads(V2)
                    assert registry.version("orders", 1)["id"] == first["id"]
                    assert json.loads(registry.schema_by_id(first["id"])["schema"]) == json.loads(V1)
                    with pytest.raises(RegistryError) as unknown:
                        registry.versions("unknown")
                    assert unknown.value.code == 40401
                wait_until(lambda lying=lying: lying.told() > 0, 5, "the lie to be told")
            gateway.wait_for_regions()
            third = registry.register("more", V1)
            same_in_all(regions, "more", 1, third["id"], V1)
            same_in_all(regions, "orders", 2, second["id"], V2)


@pytest.mark.parametrize("tell", [
    pytest.param(lies.answer_json({"id": 4711}), id="200 with another id"),
    pytest.param(lies.answer_json({}), id="200 with nothing"),
    pytest.param(lies.answer_json({"error_code": 50003, "message": "no leader"}, 500), id="no leader"),
])
def test_lies_about_what_was_written(regions, tell):
    """A write that was only said to be stored is found out by reading it back, and done once the lying ends."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config()) as gateway:
            gateway.wait_for_regions()
            with liar.lying(r"POST /subjects/orders/versions", _unwritten(liar, tell)) as lying:
                answer = Registry(gateway.url).register("orders", V1)
                same_in_all(regions[1:], "orders", 1, answer["id"], V1)
                wait_until(lambda: lying.told() > 0, 5, "the lie to be told")
                assert gateway.metric("schema_gateway_deployments", region="us-west", state="deployed") == 0
            same_in_all(regions, "orders", 1, answer["id"], V1)
            gateway.wait_until_deployed()


def test_write_that_was_stored_and_never_booked(regions):
    """The very first one, and the gateway is killed: the region's claim says that it is nobody else's."""
    with ScriptedProxy(regions[0]) as liar, Gateway([liar], config=config()) as gateway:
        gateway.wait_for_regions()
        liar.lie(r"GET /subjects/orders", lambda request, answer: lies.no_answer(request, answer) if lying.told() else None)
        with liar.lying(r"POST /subjects/orders/versions", lies.no_answer) as lying:
            answer = Registry(gateway.url).register("orders", V1)
            wait_until(lambda: lying.told() > 0, 5, "the lie to be told")
            assert gateway.metric("schema_gateway_deployments", state="deployed") == 0
            gateway.kill()
        same_in_all(regions[:1], "orders", 1, answer["id"], V1, deadline=1)
        gateway.restart()
        gateway.wait_for_regions()
        gateway.wait_until_deployed()


def test_region_that_folds_a_version_into_another_id(regions):
    """This registry takes a change of doc for the same schema: 200 with the old id, and nothing stored."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        with_doc = V1.replace('"name":"Order"', '"name":"Order","doc":"new"', 1)
        first, second = registry.register("orders", V1), registry.register("orders", with_doc)
        assert (second["version"], second["id"]) == (2, first["id"] + 1)
        wait_until(lambda: gateway.metric("schema_gateway_deployments", state="conflict") == 3, 10, "the conflicts")
        conflicts = gateway.admin("/admin/deployments?state=conflict")
        assert all(c["version"] == 2 and f"id {first['id']}" in c["reason"] for c in conflicts), conflicts
        assert registry.versions("orders") == [1, 2]
        assert registry.version("orders")["schema"] == registry.schema_by_id(second["id"])["schema"] == with_doc
        third = registry.register("orders", V2)
        same_in_all(regions, "orders", 3, third["id"], V2)


def _unwritten(liar, answer):
    """The registry stored it before the lie was told: take it out again."""
    def tell(request, said):
        registry = Registry(liar.region.url)
        with contextlib.suppress(RegistryError):
            registry.call("DELETE", "/subjects/orders")
            registry.call("DELETE", "/subjects/orders", permanent="true")
        return answer
    return tell


def test_region_that_holds_other_content_under_an_id(regions):
    """Written behind our back: a conflict in that region's own words, and no obstacle to anything else."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        first = registry.register("orders", V1)
        gateway.wait_until_deployed()
        Registry(regions[0].url).register("intruder", '"bytes"', id=first["id"] + 1, version=1)
        second = registry.register("orders", V2)
        assert second["id"] == first["id"] + 1
        same_in_all(regions[1:], "orders", 2, second["id"], V2)
        wait_until(lambda: gateway.metric("schema_gateway_deployments", region="us-west", state="conflict") == 1, 10,
                   "the conflict")
        assert json.loads(registry.schema_by_id(second["id"])["schema"]) == json.loads(V2)
        third = registry.register("later", V2.replace("Order", "Later"))
        same_in_all(regions, "later", 1, third["id"], V2.replace("Order", "Later"))
        assert "orders" in json.dumps(gateway.admin("/admin/deployments?state=conflict"))


def conflicts(gateway, region):
    return [c for c in gateway.admin("/admin/deployments?state=conflict") if c["region"] == region]


def booked(gateway, subject):
    """The log lines about findings of that subject."""
    return [e for e in list(gateway.events) if e["event"] == "finding_booked" and e["subject"] == subject]


class Counted:
    """Counts the requests that match, and tells the truth."""

    def __init__(self, region, pattern):
        self.count = 0
        region.lie(pattern, self._see)

    def _see(self, request, answer):
        self.count += 1


def test_lasting_contradiction_ends(regions):
    """Other content under one version, for good: a conflict, which reads of that subject alone go around."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            for subject in ("orders", "others"):
                registry.register(subject, V1)
            second = registry.register("orders", V2)
            swept = Counted(liar, r"GET /subjects/others/versions$")
            liar.lie(r"GET /subjects/orders/versions/(latest|2)$", lies.changed(schema='"bytes"'))
            wait_until(lambda: registry.version("orders")["id"] == second["id"] and conflicts(gateway, "us-west"), 10,
                       "the conflict")
            assert [(c["subject"], c["version"]) for c in conflicts(gateway, "us-west")] == [("orders", 2)]
            assert "another schema" in conflicts(gateway, "us-west")[0]["reason"]
            assert [(e["region"], e["version"], e["state"]) for e in booked(gateway, "orders")] \
                == [("us-west", 2, "conflict")]
            findings = gateway.metric("schema_gateway_region_findings_total")
            for _ in range(5):
                assert registry.version("orders")["schema"] == V2
                assert told_by(gateway, "/subjects/orders/versions") == "eu-west"
            assert gateway.metric("schema_gateway_region_findings_total") == findings
            assert swept.count == 0
            assert told_by(gateway, "/subjects/others/versions") == "us-west"


def test_canary_is_judged_on_its_content(regions):
    """Nobody reads, and the region's other content is found all the same."""
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            Registry(gateway.url).register("orders", V1)
            liar.lie(r"GET /subjects/orders/versions/1$", lies.changed(id=4711))
            wait_until(lambda: conflicts(gateway, "us-west"), 10, "the conflict")
            assert "under id 4711" in conflicts(gateway, "us-west")[0]["reason"]


def test_version_that_was_not_put_there(regions):
    """Written behind our back under the next version: the region is not asked about that subject any more."""
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        answer = registry.register("orders", V1)
        Registry(regions[0].url).register("orders", V2, id=4711, version=2)
        wait_until(lambda: registry.versions("orders") == [1] and conflicts(gateway, "us-west"), 10, "the conflict")
        assert "version 2" in conflicts(gateway, "us-west")[0]["reason"]
        assert told_by(gateway, "/subjects/orders/versions") == "eu-west"
        assert registry.version("orders")["id"] == answer["id"]


def test_subject_that_a_region_lost_is_put_there_again(regions):
    with Gateway(regions, config=config(deploy={"ack": "all"})) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        ids = {subject: registry.register(subject, V1)["id"] for subject in ("orders", "others")}
        held = Registry(regions[0].url)
        held.call("DELETE", "/subjects/orders")
        held.call("DELETE", "/subjects/orders", permanent="true")
        assert registry.versions("orders") == [1]
        for subject, schema_id in ids.items():
            same_in_all(regions, subject, 1, schema_id, V1)
        wait_until(lambda: told_by(gateway, "/subjects/orders/versions") == "us-west", 10, "the region to be asked again")


class Held:
    """Requests that wait until they are let go."""

    def __init__(self):
        self._lock = threading.Lock()
        self._go = threading.Event()
        self.waiting = self.most = self.count = 0

    def __call__(self, request, answer):
        with self._lock:
            self.count += 1
            self.waiting += 1
            self.most = max(self.most, self.waiting)
        self._go.wait(timeout=20)
        with self._lock:
            self.waiting -= 1

    def let_go(self):
        self._go.set()


@pytest.mark.parametrize("then", ["goes on", "is stopped"])
def test_probes_go_on_while_a_region_is_swept(regions, then):
    """A version that is missed once sets off the sweep; it asks about several subjects at a time, and not too many."""
    once = iter([lies.answer_json({"error_code": 40402, "message": "Version not found."}, 404)])
    patient = config(health={"interval": "100ms", "timeout": "15s", "settle": "200ms"}, deploy={"ack": "all"})
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=patient) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            for n in range(30):
                registry.register(f"s{n}", V1)
            sweep = Held()
            liar.lie(r"GET /subjects/s\d+/versions$", sweep)
            probes = Counted(liar, r"GET /subjects/:.schema-gateway:claim")
            liar.lie(r"GET /subjects/s\d+/versions/1$", lambda request, answer: next(once, None))
            wait_until(lambda: sweep.waiting >= 8, 10, "the sweep")
            before = probes.count
            wait_until(lambda: probes.count > before + 3, 10, "probes meanwhile")
            assert sweep.most <= 9  # the one that was missed is also read by itself
            if then == "is stopped":
                assert gateway.terminate() == 0
            sweep.let_go()
            if then == "is stopped":
                return
            wait_until(lambda: sweep.count >= 30, 10, "the sweep to go on to its end")


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
