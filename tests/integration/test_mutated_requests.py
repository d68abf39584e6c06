"""2,000 mutated requests: each is refused as the contract says or answered, none breaks anything or leaves anything
behind.

Also run by .ci/run against a gateway built with sanitizers: its exit status then tells of leaks.
"""

import json
import os
import re
from urllib.parse import unquote

import raw_http
from expectations import Sent, Settings, plain_body, problem_with
from mutations import SUBJECTS, Mutator

from sgwtest import Gateway, Registry, wait_until

COUNT = 2000
SEED = 20260301


def _registered_subjects(wire, status, body):
    """The subject that this request has registered, if it has."""
    head = wire.split(b"\r\n")[0].split(b" ")
    if status != 200 or head[0] != b"POST" or not re.match(rb"/subjects/[^/?]+/versions/?(\?|;|$)", head[1]):
        return set()
    return {json.loads(body)["id"]}


def test_mutated_requests():
    failures, statuses, ids, settings = [], {}, set(), Settings(unquote(name) for name in SUBJECTS)
    with Gateway(config={"gateway": {"limits": {"request_timeout": "5s"}}}) as gateway:
        files_before = len(os.listdir(f"/proc/{gateway.pid}/fd"))
        for number, wire in enumerate(Mutator(SEED).requests(COUNT)):
            try:
                status, headers, body = raw_http.ask(gateway.port, wire)
            except Exception as error:  # noqa: BLE001 - collected
                failures.append(f"{number}: {error!r}: {wire[:300]!r}")
                if not gateway.process.running():
                    break
                continue
            body = plain_body(headers, body)
            statuses[status] = statuses.get(status, 0) + 1
            ids |= _registered_subjects(wire, status, body)
            sent = Sent(wire)
            settings.note(sent, status, body)
            problem = problem_with(sent, status, headers, body)
            if problem:
                failures.append(f"{number}: {problem}: {body[:200]!r}: {wire[:300]!r}")
        assert gateway.process.running(), gateway.process.output()[-4000:]
        assert not failures, "\n".join(failures[:20])
        print("answers by status:", dict(sorted(statuses.items(), key=str)))
        assert statuses.get(200, 0) > COUNT / 20, "hardly any request got through: the mutator is too wild"
        assert settings.accepted > COUNT / 50, "hardly any setting got through"
        wrong = settings.differences(Registry(gateway.url))
        assert not wrong, "\n".join(wrong)
        _nothing_left_behind(gateway, ids, files_before)
        status = gateway.terminate(60)
        assert status == 0, gateway.process.output()[-8000:]


def _nothing_left_behind(gateway, ids, files_before):
    registry = Registry(gateway.url)
    held = set()
    for subject in registry.subjects():
        held |= {registry.version(subject, version)["id"] for version in registry.versions(subject)}
    assert held == ids, "the catalog holds what no answered registration put there, or misses one"
    registry.session.close()
    gateway.session.close()
    wait_until(lambda: len(os.listdir(f"/proc/{gateway.pid}/fd")) <= files_before + 2, 20,
               "the connections of refused requests to be closed")
