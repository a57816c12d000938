"""Lets hypothesis act on reviews in any order, and holds the database against the model after each act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from psycopg.types.json import Jsonb

from tests.database.office import Office
from tests.database.review_model import ADMIN, CREATOR, ReviewModel, StepModel

PEOPLE = ("admin", "editor", "viewer", "reviewer")
DECISIONS = ("approve", "reject", "request_changes")
MOST_STEPS = 4

people = st.sampled_from(PEOPLE)
places = st.integers(0, MOST_STEPS - 1)


@st.composite
def definitions(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A workflow that can work: each step waits for earlier ones, asks at least one person, and can be approved."""
    steps: list[dict[str, Any]] = []
    for place in range(draw(st.integers(1, MOST_STEPS))):
        others = draw(st.sets(st.sampled_from(DECISIONS[1:])))
        steps.append(
            {
                "people": draw(st.sets(people, min_size=1, max_size=3)),
                "prerequisites": sorted(draw(st.sets(st.integers(1, place)))) if place else [],
                "require_all_approvals": draw(st.booleans()),
                "is_required": draw(st.booleans()),
                "allow_skip": draw(st.booleans()),
                "actions": ["approve", *sorted(others)],
            }
        )
    return draw(st.sampled_from(["sequential", "parallel"])), steps


class ReviewMachine(RuleBasedStateMachine):
    """A content of the editor, a workflow, and four people who try everything."""

    connection: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.opened = Office.open(self.connection)
        self.office = self.opened.__enter__()

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)

    @initialize(definition=definitions())
    def begin(self, definition: tuple[str, list[dict[str, Any]]]) -> None:
        kind, steps = definition
        self.model = ReviewModel(
            [
                StepModel(
                    people=frozenset(step["people"]),
                    waits_for=frozenset(
                        earlier - 1
                        for earlier in step["prerequisites"] or (range(1, place + 1) if kind == "sequential" else ())
                    ),
                    needs_all=step["require_all_approvals"],
                    is_required=step["is_required"],
                    may_be_skipped=step["allow_skip"],
                    decisions=frozenset(step["actions"]),
                )
                for place, step in enumerate(steps)
            ]
        )
        office = self.office
        written = [
            {name: value for name, value in step.items() if name != "people"}
            | {
                "name": f"Step {place}",
                "assignment_type": "user",
                "assignees": [str(office.id_of(person)) for person in step["people"]],
            }
            for place, step in enumerate(steps)
        ]
        # As create_workflow writes it, without its check: what is unreachable is tried as well.
        workflow = office.database.value(
            "select (private.add_workflow(%s, private.normal_definition(%s), true)).id",
            office.brand,
            Jsonb({"name": f"W {uuid4().hex}", "type": kind, "is_default": True, "steps": written}),
        )
        self.content: UUID = office.draft()
        assert workflow is not None

    def act(
        self,
        is_allowed: bool,
        person: str,
        function: str,
        change: Callable[[], None],
        refusals: tuple[str, ...] = ("PT403", "PT409"),
        **arguments: Any,
    ) -> None:
        """Calls a command as a person, who must succeed exactly if the model says so."""
        refusal: str | None = None
        try:
            self.office.call(person, function, content_id=self.content, **arguments)
        except psycopg.DatabaseError as error:
            refusal = f"{error.sqlstate} {error}"
        assert (refusal is None) == is_allowed, f"{person} {function}: {refusal or 'was let through'}"
        if refusal is None:
            change()
        else:
            assert refusal.startswith(refusals), refusal

    def step_id(self, place: int) -> UUID | None:
        rows = self.office.database.rows(
            "select step_run.id from public.workflow_step_runs as step_run where step_run.content_id = %s "
            "and step_run.position = %s order by step_run.id desc limit 1",
            self.content,
            place % len(self.model.steps) + 1,
        )
        return rows[0]["id"] if rows else None

    @rule(person=people)
    def submit(self, person: str) -> None:
        is_allowed = self.model.status == "draft" and person in (ADMIN, CREATOR)
        self.act(is_allowed, person, "submit_content", self.model.submit)

    @rule(person=people)
    def resume(self, person: str) -> None:
        is_parked = self.model.run is not None and self.model.run.is_parked
        self.act(is_parked and person in (ADMIN, CREATOR), person, "resume_review", self.model.submit)

    @rule(person=people, place=places, decision=st.sampled_from(DECISIONS * 2 + ("approve",) * 4))
    def decide(self, person: str, place: int, decision: str) -> None:
        place %= len(self.model.steps)
        step_id = self.step_id(place)
        if step_id is None:
            return
        function = {"approve": "approve_content", "reject": "reject_content"}.get(decision, "request_changes")
        words = {"reject": {"reason": "No"}, "request_changes": {"comment": "Softer"}}.get(decision, {})
        is_allowed = self.model.decides(person, place, decision)

        def change() -> None:
            self.model.decide(person, place, decision)

        self.act(is_allowed, person, function, change, step_run_id=step_id, **words)

    @rule(person=people, place=places, rounds=st.integers(1, 3))
    def decide_in_a_round(self, person: str, place: int, rounds: int) -> None:
        place %= len(self.model.steps)
        step_id = self.step_id(place)
        if step_id is None:
            return
        is_current = self.model.last is not None and self.model.last.rounds[place] == rounds
        is_allowed = is_current and self.model.decides(person, place, "approve")

        def change() -> None:
            self.model.decide(person, place, "approve")

        self.act(is_allowed, person, "approve_content", change, step_run_id=step_id, expected_round=rounds)

    @rule(person=people, place=places)
    def skip(self, person: str, place: int) -> None:
        place %= len(self.model.steps)
        step_id = self.step_id(place)
        if step_id is not None:
            is_allowed = self.model.skips(person, place)
            named = {"step_run_id": step_id, "reason": "Hurry"}
            self.act(is_allowed, person, "skip_review_step", lambda: self.model.skip(place), **named)

    @rule(person=people, other=people, place=places, is_reassigned=st.booleans())
    def hand_on(self, person: str, other: str, place: int, is_reassigned: bool) -> None:
        place %= len(self.model.steps)
        step_id = self.step_id(place)
        if step_id is None:
            return
        run = self.model.run
        is_held = self.model.is_open and run is not None and person in run.asked(place)
        is_held = is_held and run is not None and run.status[place] == "active"
        is_allowed = is_held and self.model.takes(other, place)
        named: dict[str, Any] = {"step_run_id": step_id, "assignee_id": self.office.id_of(other)}

        def change() -> None:
            self.model.give(place, person, other)

        if is_reassigned:
            named["from_id"] = self.office.id_of(person)
            # 400: nobody asked the person who gives the task away.
            refusals = ("PT400", "PT403", "PT409") if not is_held else ("PT403", "PT409")
            self.act(is_allowed, ADMIN, "reassign_review", change, refusals, **named)
        else:
            self.act(is_allowed, person, "delegate_review", change, **named)

    @rule(person=people, is_cancelled=st.booleans())
    def stop(self, person: str, is_cancelled: bool) -> None:
        may = person == ADMIN or (person == CREATOR and not is_cancelled)
        is_allowed = self.model.run is not None and may
        function = "cancel_review" if is_cancelled else "withdraw_content"
        self.act(is_allowed, person, function, self.model.stop, reason="Not now")

    @rule(person=people)
    def restart(self, person: str) -> None:
        is_allowed = self.model.status == "rejected" and person == ADMIN
        self.act(is_allowed, person, "restart_review", self.model.begin)

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "content"):
            return
        office, run = self.office, self.model.last
        assert office.status(self.content) == self.model.status
        if run is None:
            return
        rows = office.database.rows(
            "select step_run.* from public.workflow_step_runs as step_run where step_run.instance_id = ("
            "select id from public.workflow_instances where content_id = %s order by id desc limit 1) "
            "order by step_run.position",
            self.content,
        )
        assert [row["status"] for row in rows] == run.status
        assert [row["round"] for row in rows] == run.rounds
        names = {office.id_of(person): person for person in PEOPLE}
        for row, tasks in zip(rows, run.tasks, strict=True):
            found = office.database.rows(
                "select assignee_id, status::text, decision from public.workflow_tasks "
                "where step_run_id = %s and round = %s",
                row["id"],
                row["round"],
            )
            assert {names[task["assignee_id"]]: task["decision"] or task["status"] for task in found} == tasks

    @rule(person=people)
    def the_answer_offers_what_the_model_allows(self, person: str) -> None:
        (answer,) = self.office.call(person, "get_content", content_id=self.content)
        shown, run = answer["get_content"]["review"], self.model.run
        if run is None:
            assert shown is None
            return
        offered = set(shown["allowed_actions"])
        assert len(shown["steps"]) == run.status.count("active")
        steps = range(len(self.model.steps))
        assert ("skip" in offered) == any(self.model.skips(person, place) for place in steps)
        assert ("resume" in offered) == (run.is_parked and person in (ADMIN, CREATOR))
        assert ("cancel" in offered) == (person == ADMIN)
        if "approve" in offered:
            assert any(self.model.decides(person, place, "approve") for place in steps)


@pytest.mark.timeout(600)
def test_reviews_do_what_the_model_says(database: psycopg.Connection) -> None:
    class Machine(ReviewMachine):
        connection = database

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
