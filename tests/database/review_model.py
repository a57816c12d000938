"""An independent model of a review (domain §5): a few sets and no SQL."""

from dataclasses import dataclass, field
from typing import Literal

CREATOR = "editor"
ADMIN = "admin"

type Status = Literal["waiting", "active", "approved", "skipped", "rejected", "cancelled"]


@dataclass(frozen=True)
class StepModel:
    """A step as its workflow defines it."""

    people: frozenset[str]
    waits_for: frozenset[int]
    needs_all: bool
    is_required: bool
    may_be_skipped: bool
    decisions: frozenset[str]


@dataclass
class RunModel:
    """One run: the status of each step, and the tasks of the present round by person."""

    steps: list[StepModel]
    status: list[Status] = field(default_factory=list[Status])
    rounds: list[int] = field(default_factory=list[int])
    tasks: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """`pending`, `cancelled`, `skipped`, `reassigned`, or the decision."""
    is_parked: bool = False

    def __post_init__(self) -> None:
        self.status = ["waiting" for _ in self.steps]
        self.rounds = [1 for _ in self.steps]
        self.tasks = [{} for _ in self.steps]

    def asked(self, place: int) -> set[str]:
        return {person for person, task in self.tasks[place].items() if task == "pending"}

    def open(self, place: int) -> None:
        self.status[place] = "active"
        self.tasks[place] = dict.fromkeys(self.steps[place].people, "pending")

    def close(self, place: int, status: Status, tasks: str) -> None:
        self.status[place] = status
        for person in self.asked(place):
            self.tasks[place][person] = tasks

    def advance(self) -> bool:
        """Opens what is ready; returns whether the run is approved."""
        done = {place for place, status in enumerate(self.status) if status in ("approved", "skipped")}
        for place, step in enumerate(self.steps):
            if self.status[place] == "waiting" and step.waits_for <= done:
                self.open(place)
        counted = [place for place, step in enumerate(self.steps) if step.is_required] or list(range(len(self.steps)))
        if any(self.status[place] in ("waiting", "active") for place in counted):
            return False
        self.end("skipped")
        return True

    def end(self, open_steps: Status) -> None:
        for place, status in enumerate(self.status):
            if status == "active":
                self.close(place, open_steps, "cancelled")
            elif status == "waiting":
                self.status[place] = "cancelled"


@dataclass
class ReviewModel:
    """A content, and its run if one is active."""

    steps: list[StepModel]
    status: str = "draft"
    run: RunModel | None = None
    """The active run."""
    last: RunModel | None = None
    """The active run, or else the one that ended last."""

    @property
    def is_open(self) -> bool:
        return self.run is not None and not self.run.is_parked

    def decides(self, person: str, place: int, decision: str) -> bool:
        """Whether a person may take this decision in a step now."""
        if self.run is None or self.run.is_parked or self.run.status[place] != "active":
            return False
        step, task = self.steps[place], self.run.tasks[place].get(person)
        is_entitled = person == ADMIN or (
            task in ("pending", "approve") and (person != CREATOR or person in step.people)
        )
        return is_entitled and task not in ("approve", "reject", "request_changes") and decision in step.decisions

    def skips(self, person: str, place: int) -> bool:
        if self.run is None or self.run.is_parked or self.run.status[place] != "active":
            return False
        return person == ADMIN or (self.steps[place].may_be_skipped and person in self.run.asked(place))

    def takes(self, person: str, place: int) -> bool:
        """Whether a person may be given a task of a step."""
        assert self.run is not None
        has_it = self.run.tasks[place].get(person) in ("pending", "approve", "reject", "request_changes")
        return not has_it and (person != CREATOR or person in self.steps[place].people)

    def begin(self) -> None:
        self.run = self.last = RunModel(self.steps)
        self.status = "pending_review"
        self._go_on()

    def _go_on(self) -> None:
        assert self.run is not None
        if self.run.advance():
            self.status, self.run = "approved", None

    def submit(self) -> None:
        if self.run is None:
            self.begin()
            return
        self.status, self.run.is_parked = "pending_review", False
        for place, status in enumerate(self.run.status):
            if status == "active":
                self.run.rounds[place] += 1
                self.run.open(place)
        self._go_on()

    def decide(self, person: str, place: int, decision: str) -> None:
        assert self.run is not None
        self.run.tasks[place][person] = decision
        if decision == "reject":
            self.run.close(place, "rejected", "cancelled")
            self.run.end("cancelled")
            self.status, self.run = "rejected", None
        elif decision == "request_changes":
            for each, status in enumerate(self.run.status):
                if status == "active":
                    self.run.close(each, "active", "cancelled")
            self.status, self.run.is_parked = "draft", True
        else:
            self.status = "in_review"
            if not (self.steps[place].needs_all and self.run.asked(place)):
                self.run.close(place, "approved", "cancelled")
                self._go_on()

    def skip(self, place: int) -> None:
        assert self.run is not None
        self.status = "in_review"
        self.run.close(place, "skipped", "skipped")
        self._go_on()

    def give(self, place: int, person: str, other: str) -> None:
        assert self.run is not None
        self.run.tasks[place][person] = "reassigned"
        self.run.tasks[place][other] = "pending"

    def stop(self) -> None:
        """Ends the run without a decision: withdrawn or cancelled."""
        assert self.run is not None
        self.run.end("cancelled")
        self.status, self.run = "draft", None
