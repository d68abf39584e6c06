"""Recorded conversations, played to a standalone gateway and to one over three real registries."""

import exchanges
import pytest

from sgwtest import Axonops, Gateway

CONVERSATIONS = exchanges.load()
WHOLE = [c for c in CONVERSATIONS if all(exchanges.answered_now(e) for e in c["exchanges"])]
ANY = [c for c in CONVERSATIONS if exchanges.answered_now(c["exchanges"][0])]
# Over regions, where a conversation takes longer: the whole ones, and those of which only the last call is missing.
LONG = [c for c in ANY if all(exchanges.answered_now(e) for e in c["exchanges"][:-1])]


# Where we deviate knowingly: from which call on, and why. Until then such a conversation is played like any other.
DEVIATIONS = {
    "subject spelling :*:": (1, "a subject named like the wildcard of lists is lost there, and shown here"),
    "subject spelling :.:": (2, "the recorded server timed out on its own registration and kept it all the same"),
    "import overwrites a version": (4, "an id that was handed out never gets another text here"),
    "import without text": (1, "a schema without text is refused here"),
    "import without text key": (1, "a schema without text is refused here"),
    "import id zero and counters": (6, "ids do not start again at the lowest number once the highest is in use"),
}


def _play(conversation, gateway):
    end, _ = DEVIATIONS.get(conversation["about"], (None, ""))
    played = {**conversation, "exchanges": conversation["exchanges"][:end]}
    return exchanges.replay(played, gateway.port)


def _cases(conversations):
    return [pytest.param(c, id=f"{c['id']} {c['about'][:40]}") for c in conversations]


def _config(conversation):
    return {"schemas": {"default_compatibility": conversation["default_compatibility"]}, "ids": {"scope": "context"},
            "health": {"interval": "100ms"}}


def test_how_much_is_played(record_property):
    calls = sum(len(c["exchanges"]) for c in WHOLE)
    record_property("note", f"exchanges: {len(WHOLE)} conversations ({calls} calls) use only calls of this release, "
                            f"{len(ANY) - len(WHOLE)} are played up to the first change by a later one, of "
                            f"{len(CONVERSATIONS)}; {len(LONG)} also over three registries")
    for about, (call, why) in DEVIATIONS.items():
        record_property("note", f"  {about}: played up to call {call}; {why}")
    assert len(WHOLE) >= 80


@pytest.mark.parametrize("conversation", _cases(ANY))
def test_standalone(conversation):
    with Gateway(config=_config(conversation)) as gateway:
        problems, _, _ = _play(conversation, gateway)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("conversation", _cases(LONG))
def test_over_three_registries(conversation):
    with Axonops("us-west") as us, Axonops("eu-west") as eu, Axonops("ap-south") as ap:
        with Gateway([us, eu, ap], config=_config(conversation)) as gateway:
            gateway.wait_for_regions()
            problems, _, _ = _play(conversation, gateway)
    assert not problems, "\n".join(problems)
