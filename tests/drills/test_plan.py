import json
from collections import Counter

import pytest

from sgwdrill import avro_texts, plan
from sgwdrill.plan import Kind


@pytest.mark.parametrize("count", [10, 300, 10000])
def test_shares_are_as_promised(count):
    kinds = Counter(operation.kind for operation in plan.make(count, seed=7))
    assert kinds[Kind.same] == count // 3
    assert kinds[Kind.next] == count // 3
    assert kinds[Kind.incompatible] == count // 10
    assert sum(kinds.values()) == count


def test_same_seed_same_plan():
    assert plan.make(200, seed=1) == plan.make(200, seed=1)
    assert plan.make(200, seed=1) != plan.make(200, seed=2)


def test_dependencies_point_back_to_the_maker_of_the_subject():
    operations = plan.make(1000, seed=3)
    for operation in operations:
        if operation.kind in (Kind.next, Kind.incompatible):
            maker = operations[operation.after]
            assert maker.index < operation.index and maker.subject == operation.subject
            assert maker.kind in (Kind.new, Kind.same)
        else:
            assert operation.after is None


def test_no_subject_gets_one_content_twice_and_refused_texts_are_unique():
    operations = plan.make(3000, seed=5)
    pairs = Counter((o.subject, o.text) for o in operations)
    assert max(pairs.values()) == 1
    refused = Counter(o.text for o in operations if o.kind == Kind.incompatible)
    assert max(refused.values()) == 1
    assert not refused.keys() & {o.text for o in operations if o.kind != Kind.incompatible}


def test_same_content_really_is_shared():
    operations = plan.make(300, seed=5)
    earlier = set()
    for operation in operations:
        assert (operation.text in earlier) == (operation.kind == Kind.same)
        earlier.add(operation.text)


def test_texts_are_compact_and_ordered():
    text = avro_texts.with_optional("A", "b")
    assert json.dumps(json.loads(text), separators=(",", ":")) == text
    assert list(json.loads(text)) == ["type", "name", "namespace", "fields"]


@pytest.mark.parametrize("kills", [0, 1, 20])
def test_kill_moments_are_ordered_and_inside_the_storm(kills):
    moments = plan.kill_moments(10000, kills, seed=1)
    assert len(moments) == kills
    answered = [m[0] for m in moments]
    assert answered == sorted(answered) and all(0 < a < 10000 for a in answered)
