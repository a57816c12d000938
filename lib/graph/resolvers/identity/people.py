"""Resolves people: the caller, colleagues, profiles and accounts."""

from typing import Any
from uuid import UUID

from lib.core.http.models import RequestModel, SearchText
from lib.graph.engine.binding import Bindings, Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers import notifications as centre
from lib.graph.resolvers.workflow import tasks as desk
from lib.identity import people
from lib.identity.people import (
    Erasure,
    Me,
    Membership,
    PersonFound,
    PersonKnown,
    Preferences,
    PreferencesRead,
    Profile,
    ProfileChanges,
    RemovalImpact,
)
from lib.notify.centre import Notification, NotificationQuery, UnreadCounts
from lib.workflow.tasks import TaskCounts, TaskQuery

bindings = Bindings()
bindings.represents("User", Me, PersonFound, PersonKnown)
bindings.represents("Profile", Profile)
bindings.represents("Preferences", PreferencesRead)
bindings.represents("RemovalImpact", RemovalImpact)
bindings.represents("Membership", Membership)
bindings.link("Membership", "brand", links.read_brand, links.brand_id_of)

type SomePerson = Me | PersonFound | PersonKnown


class UserFilter(RequestModel):
    """Filters of people."""

    q: SearchText | None = None
    brand_id: UUID | None = None


def _is_caller(person: SomePerson, info: Info) -> bool:
    return person.id == info.context.principal.user_id


async def _as_caller(person: SomePerson, info: Info) -> Me | None:
    """Returns what only the caller knows of themselves; None for others."""
    if isinstance(person, Me):
        return person
    return await people.get_me(info.context.principal) if _is_caller(person, info) else None


@bindings.query(operation="users.getMe")
async def me(info: Info) -> Me:
    """Reads who the caller is."""
    return await people.get_me(info.context.principal)


@bindings.query(operation="users.list")
async def user(info: Info, *, id: UUID) -> SomePerson:
    """Reads a person."""
    if id == info.context.principal.user_id:
        return await people.get_me(info.context.principal)
    return await people.get_person(info.context.principal, user_id=id)


@bindings.query(operation="users.list")
async def users(info: Info, *, paging: Paging, filter: UserFilter | None = None) -> Connection[PersonFound]:
    """Lists people."""
    given = filter or UserFilter()
    rows, total = await people.search_people(
        info.context.principal, query=given.q or "", brand_id=given.brand_id, page=paging.request
    )
    return connection_of(rows, paging, total=total)


@bindings.field("User", "email")
async def email_of(parent: SomePerson, info: Info) -> str | None:
    """Reads the address, which is told of oneself and in searches."""
    return None if isinstance(parent, PersonKnown) else parent.email


@bindings.field("User", "isActive")
async def is_active(parent: SomePerson, info: Info) -> bool:
    """Tells whether an account is active, as that of each caller is."""
    return True if isinstance(parent, Me) else parent.is_active


@bindings.field("User", "timezone")
async def timezone_of(parent: SomePerson, info: Info) -> str | None:
    """Reads the caller's time zone."""
    own = await _as_caller(parent, info)
    return own.timezone if own else None


@bindings.field("User", "language")
async def language_of(parent: SomePerson, info: Info) -> str | None:
    """Reads the caller's language."""
    own = await _as_caller(parent, info)
    return own.language if own else None


@bindings.field("User", "memberships")
async def memberships_of(parent: SomePerson, info: Info) -> list[Membership] | None:
    """Reads the caller's brands and roles."""
    own = await _as_caller(parent, info)
    return own.memberships if own else None


@bindings.field("User", "tasks")
async def tasks_of(
    parent: SomePerson, info: Info, *, paging: Paging, filter: TaskQuery | None = None
) -> desk.TaskConnection | None:
    """Lists the caller's tasks."""
    return await desk.tasks(info, paging=paging, filter=filter) if _is_caller(parent, info) else None


@bindings.field("User", "taskCounts")
async def task_counts_of(parent: SomePerson, info: Info) -> TaskCounts | None:
    """Counts the caller's tasks."""
    return await desk.task_counts(info) if _is_caller(parent, info) else None


@bindings.field("User", "notifications")
async def notifications_of(
    parent: SomePerson, info: Info, *, paging: Paging, filter: NotificationQuery | None = None
) -> Connection[Notification] | None:
    """Lists the caller's notifications."""
    if not _is_caller(parent, info) or info.context.principal.session_id is None:
        return None
    return await centre.notifications(info, paging=paging, filter=filter)


@bindings.field("User", "unreadCounts")
async def unread_counts_of(parent: SomePerson, info: Info) -> UnreadCounts | None:
    """Counts the caller's unread notifications."""
    if not _is_caller(parent, info) or info.context.principal.session_id is None:
        return None
    return await centre.unread_counts(info)


@bindings.query(operation="users.getProfile")
async def profile(info: Info) -> Profile:
    """Reads the caller's profile."""
    return await people.get_profile(info.context.person())


@bindings.query(operation="users.getPreferences")
async def preferences(info: Info) -> PreferencesRead:
    """Reads the caller's preferences."""
    return await people.get_preferences(info.context.person())


@bindings.field("Preferences", "quietFrom")
async def quiet_from(parent: PreferencesRead, info: Info) -> str | None:
    """Reads the start of the hours without mails as REST writes it."""
    return parent.model_dump(mode="json", include={"quiet_from"})["quiet_from"]


@bindings.field("Preferences", "quietTo")
async def quiet_to(parent: PreferencesRead, info: Info) -> str | None:
    """Reads the end of the hours without mails as REST writes it."""
    return parent.model_dump(mode="json", include={"quiet_to"})["quiet_to"]


@bindings.query(operation="users.getRemovalImpact")
async def removal_impact(info: Info, *, user_id: UUID, brand_id: UUID) -> RemovalImpact:
    """Reads what depends on a member."""
    return await people.get_removal_impact(info.context.person(), user_id=user_id, brand_id=brand_id)


@bindings.mutation(operation="users.updateProfile")
async def update_profile(info: Info, *, input: ProfileChanges) -> dict[str, Any]:
    """Changes the caller's profile."""
    return {"profile": await people.change_profile(info.context.person(), changes=input)}


@bindings.mutation(operation="users.setPreferences")
async def set_preferences(info: Info, *, input: Preferences, expected_version: int) -> dict[str, Any]:
    """Replaces the caller's preferences."""
    stored = await people.set_preferences(info.context.person(), preferences=input, version=expected_version)
    return {"preferences": stored}


@bindings.mutation(operation="users.erase")
async def erase_account(info: Info, *, input: Erasure) -> dict[str, Any]:
    """Deletes the caller's account, and its remains after the answer."""
    person = info.context.person()
    await people.erase_person(person, password=input.password)
    info.context.tasks.add_task(people.finish_erasures)
    return {"userId": person.user_id}


@bindings.mutation(operation="users.deactivate")
async def deactivate_user(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deactivates an account."""
    await people.set_active(info.context.person(), user_id=id, is_active=False)
    return {"userId": id}


@bindings.mutation(operation="users.reactivate")
async def reactivate_user(info: Info, *, id: UUID) -> dict[str, Any]:
    """Reactivates an account."""
    await people.set_active(info.context.person(), user_id=id, is_active=True)
    return {"userId": id}


@bindings.mutation(operation="users.unlock")
async def unlock_user(info: Info, *, id: UUID) -> dict[str, Any]:
    """Lifts the lock of an account."""
    await people.unlock(info.context.person(), user_id=id)
    return {"userId": id}
