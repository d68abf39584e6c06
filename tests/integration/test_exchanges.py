"""Recorded conversations, played to a standalone gateway and to one over three real registries."""

import exchanges
import pytest

from sgwtest import Axonops, Gateway

CONVERSATIONS = exchanges.load()
WHOLE = [c for c in CONVERSATIONS if all(exchanges.answered_now(e) for e in c["exchanges"])]
ANY = [c for c in CONVERSATIONS if exchanges.answered_now(c["exchanges"][0])]


def _cases(conversations):
    for conversation in conversations:
        marks = ()
        if conversation.get("quirk"):
            marks = pytest.mark.skip(reason="quirk of the recorded server: we deviate knowingly")
        yield pytest.param(conversation, id=f"{conversation['id']} {conversation['about'][:40]}", marks=marks)


def _config(conversation):
    return {"schemas": {"default_compatibility": conversation["default_compatibility"]}, "ids": {"scope": "context"},
            "health": {"interval": "100ms"}}


def test_how_much_is_played(capsys):
    calls = sum(len(c["exchanges"]) for c in WHOLE)
    with capsys.disabled():
        print(f"\nexchanges: {len(WHOLE)} conversations ({calls} calls) use only calls of this release, "
              f"{len(ANY) - len(WHOLE)} are played up to the first call of a later one, of {len(CONVERSATIONS)}")
    assert len(WHOLE) >= 100


@pytest.mark.parametrize("conversation", _cases(ANY))
def test_standalone(conversation):
    with Gateway(config=_config(conversation)) as gateway:
        problems, _, _ = exchanges.replay(conversation, gateway.port)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("conversation", _cases(WHOLE))
def test_over_three_registries(conversation):
    with Axonops("us-west") as us, Axonops("eu-west") as eu, Axonops("ap-south") as ap:
        with Gateway([us, eu, ap], config=_config(conversation)) as gateway:
            gateway.wait_for_regions()
            problems, _, _ = exchanges.replay(conversation, gateway.port)
    assert not problems, "\n".join(problems)
