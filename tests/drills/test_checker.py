"""The checker is fed wrong data and has to see it: a checker that cannot fail proves nothing."""

import pytest

from sgwdrill import checker
from sgwdrill.checker import Ack, Listing, Stored


def listing(*rows, by_id=None):
    versions = {(subject, version): Stored(schema_id, text) for subject, version, schema_id, text in rows}
    return Listing(versions, {s.id: s.text for s in versions.values()} if by_id is None else by_id)


ROWS = [("a", 1, 1, "A"), ("a", 2, 2, "B"), ("b", 1, 1, "A")]
ACKS = [Ack("a", "A", 1, 1), Ack("a", "B", 2, 2), Ack("b", "A", 1, 1)]


def test_what_is_right_passes_every_check():
    good = listing(*ROWS)
    holders = {"catalog": good, "r1": listing(*ROWS), "r2": listing(*ROWS)}
    assert checker.lost(ACKS, good) == []
    assert checker.ids_with_two_contents(ACKS, holders) == []
    assert checker.contents_with_two_ids(ACKS, holders) == []
    assert checker.differences(good, holders["r1"]) == []
    assert checker.refused_but_present({"X"}, ACKS, holders) == []
    assert checker.unexplained({("a", "A"), ("a", "B"), ("b", "A")}, good) == []
    assert checker.version_gaps(good) == []
    assert checker.claims_differ({"r1": "log 1", "r2": "log 1"}) == []


@pytest.mark.parametrize("catalog, why", [
    (listing(*ROWS[:2]), "not in the catalog"),
    (listing(*ROWS[:2], ("b", 1, 3, "A")), "the catalog has id 3"),
    (listing(*ROWS[:2], ("b", 1, 1, "Z"), by_id={1: "A", 2: "B"}), "other text"),
    (listing(*ROWS[:2], ("b", 2, 1, "A")), "not in the catalog"),
    (listing(*ROWS, by_id={1: "A", 2: "Z"}), "does not answer its text"),
    (listing(*ROWS, by_id={1: "A"}), "does not answer its text"),
])
def test_lost_acknowledgement_is_seen(catalog, why):
    found = checker.lost(ACKS, catalog)
    assert len(found) == 1 and why in found[0]


@pytest.mark.parametrize("acks, holders", [
    (ACKS + [Ack("c", "C", 1, 1)], {}),
    (ACKS, {"catalog": listing(("a", 1, 1, "Z"))}),
    ([], {"r1": listing(("a", 1, 1, "A")), "r2": listing(("z", 9, 1, "Z"))}),
    ([], {"r1": listing(("a", 1, 1, "A"), ("b", 1, 1, "B"), by_id={})}),
    ([], {"catalog": listing(("a", 1, 1, "A"), by_id={1: "Z"})}),
    ([], {"catalog": listing(("a", 1, 1, "A")), "r1": listing(("a", 1, 1, "A "))}),
])
def test_id_with_two_contents_is_seen(acks, holders):
    assert len(checker.ids_with_two_contents(acks, holders)) == 1


@pytest.mark.parametrize("acks, holders", [
    (ACKS + [Ack("c", "A", 3, 1)], {}),
    (ACKS, {"catalog": listing(("a", 1, 7, "A"))}),
    ([], {"r1": listing(("a", 1, 1, "A")), "r2": listing(("z", 9, 4, "A"))}),
    ([], {"catalog": listing(("a", 1, 1, "A"), by_id={1: "A", 2: "A"})}),
])
def test_content_with_two_ids_is_seen(acks, holders):
    assert len(checker.contents_with_two_ids(acks, holders)) == 1


@pytest.mark.parametrize("region, why", [
    (listing(*ROWS[:2]), "absent"),
    (listing(), "absent"),
    (listing(*ROWS[:2], ("b", 1, 9, "A")), "id 9 for 1"),
    (listing(*ROWS[:2], ("b", 1, 1, "Z")), "other text"),
    (listing(*ROWS, ("b", 2, 2, "B")), "unknown to the catalog"),
    (listing(*ROWS, ("c", 1, 1, "A")), "unknown to the catalog"),
])
def test_region_that_differs_is_seen(region, why):
    found = checker.differences(listing(*ROWS), region)
    assert found and all(why in line for line in found)


@pytest.mark.parametrize("acks, holders", [
    (ACKS + [Ack("c", "X", 3, 1)], {}),
    (ACKS, {"catalog": listing(("c", 1, 3, "X"), by_id={})}),
    (ACKS, {"catalog": listing(by_id={3: "X"})}),
    (ACKS, {"r2": listing(("c", 1, 3, "X"), by_id={})}),
])
def test_trace_of_a_refused_registration_is_seen(acks, holders):
    assert len(checker.refused_but_present({"X", "Y"}, acks, holders)) == 1


@pytest.mark.parametrize("catalog", [
    listing(*ROWS, ("c", 1, 1, "A")),
    listing(*ROWS[:2], ("b", 1, 2, "B")),
    listing(*ROWS, by_id={1: "A", 2: "B", 3: "C"}),
])
def test_entry_nobody_registered_is_seen(catalog):
    assert len(checker.unexplained({("a", "A"), ("a", "B"), ("b", "A")}, catalog)) == 1


@pytest.mark.parametrize("catalog", [
    listing(("a", 1, 1, "A"), ("a", 3, 2, "B")),
    listing(("a", 2, 1, "A")),
    listing(("a", 1, 1, "A"), ("a", 2, 1, "A")),
])
def test_half_a_registration_is_seen(catalog):
    assert len(checker.version_gaps(catalog)) == 1


@pytest.mark.parametrize("claims", [
    {"r1": "log 1", "r2": "log 2"},
    {"r1": "log 1", "r2": None},
    {"r1": None, "r2": None},
])
def test_foreign_or_absent_claim_is_seen(claims):
    assert len(checker.claims_differ(claims)) == 2
