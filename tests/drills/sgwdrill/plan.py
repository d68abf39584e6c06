"""The storm's work, made from a seed before anything runs. Pure; never talks to anything."""

import random
from dataclasses import dataclass
from enum import Enum

from . import avro_texts


class Kind(str, Enum):
    new = "new"
    same = "same content, another subject"
    next = "next version"
    incompatible = "incompatible"


@dataclass(frozen=True)
class Operation:
    index: int
    kind: Kind
    subject: str
    text: str
    after: int | None  # the operation that must have been answered before this one is sent


@dataclass
class _Subject:
    name: str
    record: str
    made_by: int
    texts: set


def _kinds(count: int, rng: random.Random) -> list:
    """A third `same`, a third `next`, a tenth `incompatible`, the rest `new`; one new schema comes first."""
    kinds = ([Kind.same] * (count // 3) + [Kind.next] * (count // 3) + [Kind.incompatible] * (count // 10))
    kinds += [Kind.new] * (count - len(kinds) - 1)
    rng.shuffle(kinds)
    return [Kind.new] + kinds


class _Planner:
    def __init__(self, rng: random.Random):
        self._rng = rng
        self._subjects: list[_Subject] = []
        self._operations: list[Operation] = []

    def add(self, kind: Kind) -> None:
        index = len(self._operations)
        maker = {Kind.new: self._new, Kind.same: self._same, Kind.next: self._next,
                 Kind.incompatible: self._incompatible}[kind]
        self._operations.append(maker(index))

    def operations(self) -> list[Operation]:
        return self._operations

    def _new_subject(self, index: int, record: str, text: str) -> str:
        name = f"storm-{index:06d}"
        self._subjects.append(_Subject(name, record, index, {text}))
        return name

    def _new(self, index: int) -> Operation:
        record = f"Event{index}"
        text = avro_texts.base(record)
        return Operation(index, Kind.new, self._new_subject(index, record, text), text, None)

    def _same(self, index: int) -> Operation:
        """Every other one repeats one of the operations just before it, so that both are under way at
        once and race for the id of their common content."""
        recent = self._rng.random() < 0.5
        candidates = self._operations[-8:] if recent else self._operations
        source = self._rng.choice([o for o in candidates if o.kind != Kind.incompatible] or self._operations[:1])
        record = source.text.split('"name":"', 1)[1].split('"', 1)[0]
        return Operation(index, Kind.same, self._new_subject(index, record, source.text), source.text, None)

    def _next(self, index: int) -> Operation:
        recent = self._rng.random() < 0.3  # versions of one subject race each other as well
        subject = self._rng.choice(self._subjects[-4:] if recent else self._subjects)
        text = avro_texts.with_optional(subject.record, f"added{index}")
        subject.texts.add(text)
        return Operation(index, Kind.next, subject.name, text, subject.made_by)

    def _incompatible(self, index: int) -> Operation:
        subject = self._rng.choice(self._subjects)
        text = avro_texts.incompatible(subject.record, f"refused{index}", index)
        return Operation(index, Kind.incompatible, subject.name, text, subject.made_by)


def make(count: int, seed: int) -> list[Operation]:
    """`count` operations; each depends on an earlier one at most, so working through them in order with
    any number of clients never deadlocks."""
    rng = random.Random(seed)
    planner = _Planner(rng)
    for kind in _kinds(count, rng):
        planner.add(kind)
    return planner.operations()


def kill_moments(count: int, kills: int, seed: int) -> list[tuple[int, float]]:
    """When to kill: (operations answered by then, seconds to wait after that), one in each of `kills`
    equal stretches of the storm."""
    rng = random.Random(f"kills {seed}")
    stretch = 0.96 * count / max(kills, 1)
    return [(int(0.02 * count + stretch * (k + rng.random() * 0.8)), rng.random() * 0.05) for k in range(kills)]
