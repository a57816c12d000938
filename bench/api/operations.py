"""The operations that are measured: the request to a function, and the same of a plain table by the data API."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Final
from uuid import uuid4

from bench.api.data import FREQUENT, Data
from bench.api.plain import FULL, HEAD

NOT_DELETED: Final = {"deleted_at": "is.null"}
COUNTED: Final = {"Prefer": "count=exact"}
RETURNED: Final = {"Prefer": "return=representation"}
LONG_BODY: Final = "<p>" + "winter skin needs a calm cream and a soft wind " * 2120 + "</p>"
"""100 KB"""


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    params: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


class NothingLeft(Exception):
    """Raised where an operation has used up its rows."""


@dataclass
class Work:
    """The state of one connection to one platform."""

    data: Data
    connection: int
    versions: dict[str, int]
    """The current versions of changed contents, of all connections to this platform."""
    used: "count[int]"
    """Counts the rows that can be used once."""
    choice: random.Random = field(default_factory=lambda: random.Random(7))

    def own(self, ids: list[str]) -> str:
        """Picks a row for this connection alone, so that no request waits for the lock of another."""
        return ids[self.connection % len(ids)]

    def next_version(self, content: str) -> int:
        seen = self.versions.get(content, 1)
        self.versions[content] = seen + 1
        return seen


type Make = Callable[[Work], Call]


@dataclass(frozen=True)
class Operation:
    name: str
    ours: Make
    plain: Make | None = None
    function: str = "contents"
    caller: str = "admin"
    by_key: bool = False
    """Whether it is measured with an API key as well."""
    is_once: bool = False
    """Whether each request uses up a row."""
    is_main: bool = False
    """Whether it is one of the verbs that the targets name."""


def _ours(path: str, *params: tuple[str, Any]) -> Call:
    return Call("GET", path, [(name, str(value)) for name, value in params])


def _plain(*params: tuple[str, Any], is_counted: bool = False, headers: dict[str, str] | None = None) -> Call:
    named = [(name, str(value)) for name, value in params]
    return Call("GET", "/plain_contents", named, headers=(COUNTED if is_counted else {}) | (headers or {}))


def _get(work: Work) -> Call:
    return _ours(f"/contents/{work.choice.choice(work.data.ids)}")


def _get_plainly(work: Work) -> Call:
    return _plain(("id", f"eq.{work.choice.choice(work.data.ids)}"), ("select", FULL))


def _list(order: str, *filters: tuple[str, Callable[[Work], Any]], is_all: bool = False) -> Make:
    def make(work: Work) -> Call:
        brand = [] if is_all else [("brandId", work.data.brands[0])]
        return _ours("/contents", *brand, ("sort", order), *((name, value(work)) for name, value in filters))

    return make


def _list_plainly(order: str, *filters: tuple[str, Callable[[Work], Any]], is_all: bool = False) -> Make:
    def make(work: Work) -> Call:
        brand = [] if is_all else [("brand_id", f"eq.{work.data.brands[0]}")]
        chosen = [(name, value(work)) for name, value in filters]
        rest = [("order", f"{order},id.asc"), ("limit", 20), ("offset", 0), ("select", HEAD), *NOT_DELETED.items()]
        return _plain(*brand, *chosen, *rest, is_counted=True)

    return make


def _always(value: Any) -> Callable[[Work], Any]:
    return lambda _: value


def _month(work: Work) -> tuple[str, str]:
    start = work.data.middle
    return start.isoformat(), (start + timedelta(days=30)).isoformat()


def _after(work: Work) -> Call:
    return _ours("/contents", ("brandId", work.data.brands[0]), ("cursor", work.data.cursor))


def _after_plainly(work: Work) -> Call:
    brand, at = work.data.brands[0], work.data.middle.isoformat()
    rest = [("order", "updated_at.desc,id.asc"), ("limit", 20), ("select", HEAD), *NOT_DELETED.items()]
    return _plain(("brand_id", f"eq.{brand}"), ("updated_at", f"lt.{at}"), *rest)


def _search(words: Callable[[Work], str], brand: int | None = 0) -> Make:
    def make(work: Work) -> Call:
        inside = [] if brand is None else [("brandId", work.data.brands[brand])]
        return _ours("/contents/search", ("q", words(work)), *inside)

    return make


def _search_plainly(words: Callable[[Work], str], brand: int | None = 0) -> Make:
    def make(work: Work) -> Call:
        inside = [] if brand is None else [("brand_id", f"eq.{work.data.brands[brand]}")]
        return _plain(("words", f"wfts(simple).{words(work)}"), *inside, ("limit", 20), ("select", HEAD))

    return make


def _rare(work: Work) -> str:
    return f"rare{work.choice.randrange(work.data.rare)}"


def _two(work: Work) -> str:
    return f"{FREQUENT} {_rare(work)}"


def _update(work: Work) -> Call:
    content = work.own(work.data.drafts)
    tag = {"If-Match": f'"{work.next_version(content)}"'}
    return Call("PATCH", f"/contents/{content}", body={"title": f"Title {uuid4().hex}"}, headers=tag)


def _update_plainly(work: Work) -> Call:
    body = {"title": f"Title {uuid4().hex}", "version": 2, "updated_by": work.data.admin}
    return Call(
        "PATCH", "/plain_contents", [("id", f"eq.{work.own(work.data.drafts)}"), ("select", FULL)], body, RETURNED
    )


def _long(work: Work) -> str:
    return LONG_BODY.replace("calm", f"calm{work.choice.randrange(10**9)}", 1)


def _update_body(work: Work) -> Call:
    content = work.own(work.data.drafts[::-1])
    tag = {"If-Match": f'"{work.next_version(content)}"'}
    return Call("PATCH", f"/contents/{content}", body={"body": _long(work)}, headers=tag)


def _update_body_plainly(work: Work) -> Call:
    target = [("id", f"eq.{work.own(work.data.drafts[::-1])}"), ("select", FULL)]
    return Call("PATCH", "/plain_contents", target, {"body": _long(work), "version": 2}, RETURNED)


def _new(work: Work) -> dict[str, Any]:
    return {"brandId": work.data.brands[0], "title": f"Created {uuid4().hex}", "tags": ["t1"]}


def _create(work: Work) -> Call:
    return Call("POST", "/contents", body=_new(work))


def _create_under_key(work: Work) -> Call:
    return Call("POST", "/contents", body=_new(work), headers={"Idempotency-Key": uuid4().hex})


def _create_plainly(work: Work) -> Call:
    title, admin = f"Created {uuid4().hex}", work.data.admin
    body = {"brand_id": work.data.brands[0], "title": title, "tags": ["t1"], "created_by": admin}
    return Call("POST", "/plain_contents", [("select", FULL)], body, RETURNED)


def _submit(work: Work) -> Call:
    number = next(work.used)
    if number >= len(work.data.submittable):
        raise NothingLeft
    return Call("POST", f"/contents/{work.data.submittable[number]}/submit")


def _turn(work: Work) -> Call:
    """Reopens and archives the same content in turns."""
    content = work.own(work.data.archived)
    is_archived = work.next_version(content) % 2 == 1
    return Call("POST", f"/contents/{content}/{'reopen' if is_archived else 'archive'}")


def _deliver(work: Work) -> Call:
    slug, _ = work.choice.choice(work.data.published)
    return _ours(f"/delivery/{work.data.slug}/contents/{slug}")


def _deliver_list(work: Work) -> Call:
    return _ours(f"/delivery/{work.data.slug}/contents")


def _deliver_plainly(work: Work) -> Call:
    return _plain(("id", f"eq.{work.choice.choice(work.data.published)[1]}"), ("select", FULL))


def _deliver_list_plainly(work: Work) -> Call:
    mine = [("brand_id", f"eq.{work.data.brands[0]}"), ("status", "eq.published"), *NOT_DELETED.items()]
    return _plain(*mine, ("order", "published_at.desc,id.asc"), ("limit", 20), ("select", f"{HEAD},fields"))


_DRAFT: Final = (("status", _always("draft")), ("status", _always("eq.draft")))

OPERATIONS: Final = (
    Operation("get", _get, _get_plainly, by_key=True, is_main=True),
    Operation(
        "list by status, created",
        _list("createdAt", _DRAFT[0]),
        _list_plainly("created_at.desc", _DRAFT[1]),
        by_key=True,
        is_main=True,
    ),
    Operation("list by last change", _list("updatedAt"), _list_plainly("updated_at.desc")),
    Operation("list by title", _list("title"), _list_plainly("title.asc")),
    Operation("list by score", _list("score"), _list_plainly("score.desc.nullslast")),
    Operation("list by due date", _list("dueAt"), _list_plainly("due_at.asc.nullslast")),
    Operation("list by status, title", _list("title", _DRAFT[0]), _list_plainly("title.asc", _DRAFT[1])),
    Operation(
        "list with a tag",
        _list("updatedAt", ("tag", _always("t3"))),
        _list_plainly("updated_at.desc", ("tags", _always("cs.{t3}"))),
    ),
    Operation(
        "list of a creator",
        _list("updatedAt", ("createdBy", lambda work: work.data.creator)),
        _list_plainly("updated_at.desc", ("created_by", lambda work: f"eq.{work.data.creator}")),
    ),
    Operation(
        "list of a month",
        _list(
            "createdAt",
            ("createdFrom", lambda work: _month(work)[0]),
            ("createdTo", lambda work: _month(work)[1]),
        ),
        _list_plainly(
            "created_at.desc",
            ("created_at", lambda work: f"gte.{_month(work)[0]}"),
            ("created_at", lambda work: f"lt.{_month(work)[1]}"),
        ),
    ),
    Operation("list after a cursor", _after, _after_plainly),
    Operation("list of three brands", _list("updatedAt", is_all=True), _list_plainly("updated_at.desc", is_all=True)),
    Operation("search, two words", _search(_two), _search_plainly(_two), by_key=True, is_main=True),
    Operation("search, a rare word", _search(_rare), _search_plainly(_rare)),
    Operation("search, a frequent word", _search(_always(FREQUENT)), _search_plainly(_always(FREQUENT))),
    Operation(
        "search, frequent, all brands",
        _search(_always(FREQUENT), None),
        _search_plainly(_always(FREQUENT), None),
        caller="reader",
    ),
    Operation("suggest", lambda work: _ours("/contents/suggest", ("q", _rare(work)[:3])), is_main=True),
    Operation("update title", _update, _update_plainly, by_key=True, is_main=True),
    Operation("update body of 100 KB", _update_body, _update_body_plainly),
    Operation("create", _create, _create_plainly, by_key=True, is_main=True),
    Operation("create under a key", _create_under_key),
    Operation("submit", _submit, is_once=True),
    Operation("archive or reopen", _turn),
    Operation("delivery get", _deliver, _deliver_plainly, function="delivery", caller="nobody"),
    Operation("delivery list", _deliver_list, _deliver_list_plainly, function="delivery", caller="nobody"),
)


def encoded(call: Call) -> bytes | None:
    return None if call.body is None else json.dumps(call.body).encode()
