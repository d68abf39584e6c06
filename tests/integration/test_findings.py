"""A region that contradicts the catalog: a second look, a conflict that blocks nothing else, and its end."""

import json
import threading

import pytest
from regional import V1, V2, config, same_in_all, told_by

from sgwtest import Gateway, Registry, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies


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


def register_around_an_intruder(registry, gateway, region):
    """Two versions of orders; the id of the second is taken in that region, behind our back: a conflict there."""
    first = registry.register("orders", V1)
    gateway.wait_until_deployed()
    Registry(region.url).register("intruder", '"bytes"', id=first["id"] + 1, version=1)
    second = registry.register("orders", V2)
    assert second["id"] == first["id"] + 1
    wait_until(lambda: len(conflicts(gateway, region.name)) == 1, 10, "the conflict")
    return first, second


def test_region_that_holds_other_content_under_an_id(regions):
    """Written behind our back: a conflict in that region's own words, and no obstacle to anything else."""
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        _, second = register_around_an_intruder(registry, gateway, regions[0])
        same_in_all(regions[1:], "orders", 2, second["id"], V2)
        assert json.loads(registry.schema_by_id(second["id"])["schema"]) == json.loads(V2)
        third = registry.register("later", V2.replace("Order", "Later"))
        same_in_all(regions, "later", 1, third["id"], V2.replace("Order", "Later"))
        assert "orders" in json.dumps(gateway.admin("/admin/deployments?state=conflict"))


def test_conflict_ends_where_the_region_is_claimed_anew(regions):
    with Gateway(regions, config=config()) as gateway:
        gateway.wait_for_regions()
        registry = Registry(gateway.url)
        first, second = register_around_an_intruder(registry, gateway, regions[0])
        regions[0].kill()
        regions[0].start()  # empty
        same_in_all(regions, "orders", 1, first["id"], V1)
        same_in_all(regions, "orders", 2, second["id"], V2)
        gateway.wait_until_deployed()
        assert gateway.metric("schema_gateway_deployments", state="conflict") == 0


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
        gateway.suspend()  # or it brings the subject back halfway
        held.call("DELETE", "/subjects/orders")
        held.call("DELETE", "/subjects/orders", permanent="true")
        gateway.resume()
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
    patient = config(health={"interval": "100ms", "timeout": "15s"}, deploy={"ack": "all"})
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
