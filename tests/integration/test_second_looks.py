"""Second looks that fail: what could not be read or booked is looked at again, and keeps nobody else waiting."""

import itertools
import threading

from regional import V1, V2, config, told_by, wait_for_admission

from sgwtest import Gateway, Registry, ScriptedProxy, wait_until
from sgwtest import scripted_proxy as lies

LIST = r"GET /subjects/orders/versions$"


def conflicts(gateway):
    """The subjects of which the first region holds something else."""
    return [c["subject"] for c in gateway.admin("/admin/deployments?state=conflict") if c["region"] == "us-west"]


def findings(gateway):
    return gateway.metric("schema_gateway_region_findings_total", region="us-west")


def hold_one_version_too_many(gateway, region):
    Registry(gateway.url).register("orders", V1)
    Registry(region.url).register("orders", V2, id=4711, version=2)


def test_list_that_cannot_be_read_is_read_again(regions):
    """Nothing but the list tells of a version too many, and one read is all that asks for it."""
    following = itertools.chain([None], itertools.repeat(lies.server_error()(None, None), 3), itertools.repeat(None))
    with ScriptedProxy(regions[0]) as liar:
        with Gateway([liar, *regions[1:]], config=config(deploy={"ack": "all"})) as gateway:
            gateway.wait_for_regions()
            hold_one_version_too_many(gateway, regions[0])
            failing = lambda request, answer: next(following)  # noqa: E731
            liar.lie(LIST, failing)
            assert told_by(gateway, "/subjects/orders/versions") == "eu-west"
            wait_until(lambda: conflicts(gateway) == ["orders"], 10, "the conflict")
            assert liar.told(failing) == 3


def test_what_cannot_be_booked_is_looked_at_again(regions):
    """The region is not ours to judge at the moment that its list comes in."""
    go, asked, calls = threading.Event(), threading.Semaphore(0), itertools.count()

    def late_but_the_first(request, answer):
        asked.release()
        if next(calls) > 0:
            go.wait(timeout=20)

    patient = config(health={"interval": "100ms", "timeout": "15s"}, deploy={"ack": "all"})
    with ScriptedProxy(regions[0]) as slow, Gateway([slow, *regions[1:]], config=patient) as gateway:
        gateway.wait_for_regions()
        hold_one_version_too_many(gateway, regions[0])
        slow.lie(LIST, late_but_the_first)
        assert told_by(gateway, "/subjects/orders/versions") == "eu-west"
        assert all(asked.acquire(timeout=10) for _ in range(2)), "a read and a second look"
        with slow.lying("schema-gateway", lies.server_error(401, 401, "Unauthorized")):
            wait_for_admission(gateway, slow, "not_import")
            before = findings(gateway)
            go.set()
            wait_until(lambda: findings(gateway) > before, 10, "the finding")
        wait_until(lambda: conflicts(gateway) == ["orders"], 10, "the conflict")


def test_subjects_that_cannot_be_read_keep_no_others_from_it(regions):
    """More of them than are looked at side by side, and before the others in order."""
    failing, others = [f"a{n:02}" for n in range(12)], [f"s{n}" for n in range(3)]
    with ScriptedProxy(regions[0]) as liar:
        hardy = config(health={"failures": 1000}, deploy={"ack": "all"})
        with Gateway([liar, *regions[1:]], config=hardy) as gateway:
            gateway.wait_for_regions()
            registry = Registry(gateway.url)
            for subject in failing + others:
                registry.register(subject, V1)
            liar.lie(r"GET /subjects/a\d+/versions/1$", lies.server_error())
            liar.lie(r"GET /subjects/[as]\d+/versions/latest$", lies.changed(id=4711))
            liar.lie(r"GET /subjects/s\d+/versions$", lambda request, answer: lies.answer_json([1, 99]))
            for subject in failing + others:
                assert told_by(gateway, f"/subjects/{subject}/versions/latest") == "eu-west"
            wait_until(lambda: conflicts(gateway) == others, 10, "the conflicts of the others")
            liar.honest()
            for subject in failing:
                assert registry.version(subject)["schema"] == V1
