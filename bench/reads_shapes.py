"""The reads that ``bench.reads`` measures: for each the statement of the data API on the plain table, and ours."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from bench.database_lists import ASCENDING, FILTERS, SORTS

# One policy, and an index for each order and each filter, as anybody would make them.
PLAIN: Final = """
create table public.plain_contents as table public.contents;
alter table public.plain_contents add primary key (id);
create index on public.plain_contents (brand_id, updated_at desc, id);
create index on public.plain_contents (brand_id, status, updated_at desc, id);
create index on public.plain_contents (brand_id, status, created_at desc, id);
create index on public.plain_contents (brand_id, created_at desc, id);
create index on public.plain_contents (brand_id, title, id);
create index on public.plain_contents (brand_id, score desc nulls last, id);
create index on public.plain_contents (brand_id, due_at, id);
create index on public.plain_contents (brand_id, scheduled_for, id);
create index on public.plain_contents (brand_id, created_by);
create index on public.plain_contents (brand_id, slug);
create index on public.plain_contents (updated_at desc, id);
create index on public.plain_contents (created_at desc, id);
create index on public.plain_contents (template_id);
create index on public.plain_contents (published_at desc);
alter table public.plain_contents enable row level security;
grant select on public.plain_contents to authenticated;
create policy "Members" on public.plain_contents for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('content.read'))::uuid[]));
vacuum analyze public.plain_contents
"""
HEAD: Final = (
    "id, brand_id, template_id, template_version, type, status, title, slug, excerpt, tags, categories, assignees, "
    "score, version, major_version, minor_version, parent_id, scheduled_for, expires_at, due_at, published_at, "
    "published_by, created_by, created_at, updated_by, updated_at, deleted_at"
)
ROWS: Final = """
  with pgrst_source as ({page}){counted}
  select {total} as total_result_set, coalesce(json_agg(_postgrest_t), '[]') as body
  from (select * from pgrst_source) as _postgrest_t
"""
CALL: Final = """
  with pgrst_source as (
    select pgrst_call.pgrst_scalar
    from
      (select %(body)s::json as json_data) as pgrst_payload,
      lateral (
        select {names} from json_to_record(pgrst_payload.json_data) as _({types}) limit 1
      ) as pgrst_body,
      lateral (select public.{function}({arguments}) as pgrst_scalar) as pgrst_call
  )
  select null::bigint as total_result_set, coalesce(json_agg(_postgrest_t.pgrst_scalar) -> 0, 'null') as body
  from (select pgrst_source.* from pgrst_source) as _postgrest_t
"""
TYPES: Final = {
    "filters": "jsonb", "sort": "text", "is_descending": "boolean", "cursor_at": "jsonb", "page_offset": "integer",
    "page_size": "integer", "is_counted": "boolean", "expand": "text[]", "content_id": "uuid",
}  # fmt: skip
CONDITIONS: Final = {
    "brand_id": "brand_id = %(brand_id)s",
    "status": "status = any (%(status)s)",
    "type": "type = any (%(type)s)",
    "tag": "tags @> %(tag)s",
    "category": "categories @> %(category)s",
    "template_id": "template_id = %(template_id)s",
    "created_by": "created_by = %(created_by)s",
    "assignee": "assignees @> array[%(assignee)s::uuid]",
    "score_from": "score >= %(score_from)s",
}
COLUMN_TYPES: Final = {"title": "text", "status": "text", "score": "numeric"}


@dataclass(frozen=True)
class Question:
    text: str
    values: dict[str, Any]


type Ask = Callable[[random.Random, str, list[dict[str, Any]]], tuple[Question, Question]]


@dataclass(frozen=True)
class Shape:
    name: str
    caller: str
    ask: Ask
    """Makes both questions for a brand and its contents, which are the same in every run."""
    cursor: Callable[[Question, Question, dict[str, Any]], None] | None = None
    """Takes the answer to the question without a cursor, and makes both go on behind it."""


def call(function: str, arguments: dict[str, Any]) -> Question:
    text = CALL.format(
        function=function,
        names=", ".join(f'"{name}"' for name in arguments),
        types=", ".join(f'"{name}" {TYPES[name]}' for name in arguments),
        arguments=", ".join(f'"{name}" := pgrst_body."{name}"' for name in arguments),
    )
    return Question(text, {"body": json.dumps(arguments, default=str)})


def rows(columns: str, where: str, values: dict[str, Any], page: str = "", *, is_counted: bool = False) -> Question:
    table = f"from public.plain_contents where {where}"
    return Question(
        ROWS.format(
            page=f"select {columns} {table} {page}",
            counted=f", pgrst_source_count as (select 1 {table})" if is_counted else "",
            total="(select count(*) from pgrst_source_count)" if is_counted else "null::bigint",
        ),
        values,
    )


def _condition(name: str) -> str:
    if name in CONDITIONS:
        return CONDITIONS[name]
    column, bound = name.rsplit("_", 1)
    column = {"created": "created_at", "updated": "updated_at", "due": "due_at"}[column]
    return f"{column} {'>=' if bound == 'from' else '<'} %({name})s::timestamptz"


def _get(choice: random.Random, _: str, contents: list[dict[str, Any]]) -> tuple[Question, Question]:
    identity = choice.choice(contents)["id"]
    return rows("*", "id = %(id)s", {"id": identity}), call("get_content", {"content_id": identity, "expand": []})


def _list(sort: str, is_descending: bool, filters: str, offset: int, *, is_of_brand: bool, is_counted: bool) -> Ask:
    def ask(choice: random.Random, brand: str, contents: list[dict[str, Any]]) -> tuple[Question, Question]:
        sample = dict(choice.choice(contents[:200]))
        # The month begins at a date, in the form that `created_at` has in JSON.
        sample["created_at"] = _Instant(sample["created_at"])
        values = ({"brand_id": brand} if is_of_brand else {}) | FILTERS[filters](choice, sample)
        where = " and ".join(["deleted_at is null", *(_condition(name) for name in values)])
        word = "desc" if is_descending else "asc"
        nulls = " nulls last" if sort in ("due_at", "scheduled_for") else ""
        if sort == "score":
            nulls = " nulls last" if is_descending else " nulls first"
        page = f"order by {sort} {word}{nulls}, id limit 20 offset %(offset)s"
        arguments = {
            "filters": values, "sort": sort, "is_descending": is_descending, "cursor_at": None, "page_offset": offset,
            "page_size": 20, "is_counted": is_counted, "expand": [],
        }  # fmt: skip
        plain = rows(HEAD, where, values | {"offset": offset}, page, is_counted=is_counted)
        return plain, call("list_contents", arguments)

    return ask


class _Instant(str):
    """A time as JSON has it, with the one method of a time that the filters use."""

    def isoformat(self) -> str:
        return str(self)

    def __add__(self, span: Any) -> "_Instant":
        from datetime import datetime

        return _Instant((datetime.fromisoformat(str(self)) + span).isoformat())


def _after(sort: str, is_descending: bool) -> Callable[[Question, Question, dict[str, Any]], None]:
    def go_on(plain: Question, ours: Question, answer: dict[str, Any]) -> None:
        if not answer["items"]:
            return
        last = answer["items"][-1]
        body = json.loads(ours.values["body"])
        body["cursor_at"] = {"value": last[sort], "id": last["id"]}
        body["page_offset"] = 0
        ours.values["body"] = json.dumps(body)
        sign = "<" if is_descending else ">"
        kind = COLUMN_TYPES.get(sort, "timestamptz")
        after = (
            f"{sort} {sign}= %(last)s::{kind} and ({sort} {sign} %(last)s::{kind} or id > %(last_id)s)"
            if last[sort] is not None
            else f"{sort} is null and id > %(last_id)s"
        )
        object.__setattr__(plain, "text", plain.text.replace(" order by", f" and {after} order by", 1))
        plain.values.update(last=last[sort], last_id=last["id"], offset=0)

    return go_on


def shapes() -> Iterator[Shape]:
    yield Shape("get", "3 brands", _get)
    for caller in ("50 brands", "admin", "API key"):
        yield Shape("get", caller, _get)
    for sort in SORTS:
        for filters in FILTERS:
            down = sort not in ASCENDING
            name = f"list by {sort}, {filters}"
            first = _list(sort, down, filters, 0, is_of_brand=True, is_counted=True)
            yield Shape(f"{name}, counted", "3 brands", first)
            middle = _list(sort, down, filters, 20, is_of_brand=True, is_counted=False)
            yield Shape(f"{name}, cursor", "3 brands", middle, _after(sort, down))
    for sort in SORTS:
        down = sort in ASCENDING
        turned = _list(sort, down, "one status", 0, is_of_brand=True, is_counted=True)
        yield Shape(f"turned list by {sort}, one status, counted", "3 brands", turned)
        deep = _list(sort, not down, "all", 2000, is_of_brand=True, is_counted=True)
        yield Shape(f"list by {sort}, all, offset 2000, counted", "3 brands", deep)
    for caller in ("1 brand", "3 brands", "50 brands", "admin", "API key"):
        for sort in ("updated_at", "created_at", "title", "due_at"):
            for filters in ("all", "one status", "type", "tag", "creator"):
                down = sort not in ASCENDING
                first = _list(sort, down, filters, 0, is_of_brand=False, is_counted=True)
                yield Shape(f"all brands by {sort}, {filters}, counted", caller, first)
                middle = _list(sort, down, filters, 20, is_of_brand=False, is_counted=False)
                yield Shape(f"all brands by {sort}, {filters}, cursor", caller, middle, _after(sort, down))
    for caller in ("50 brands", "admin", "API key"):
        first = _list(
            "created_at", is_descending=True, filters="one status", offset=0, is_of_brand=True, is_counted=True
        )
        yield Shape("list by created_at, one status, counted", caller, first)
