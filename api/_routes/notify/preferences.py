"""/api/v1/notification-preferences: categories, channels, digests and quiet hours."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.notify import preferences
from lib.notify.preferences import NotificationPreferences, NotificationPreferencesRead

router = APIRouter(route_class=Route, prefix="/api/v1/notification-preferences", tags=["notifications"])

type Version = Annotated[int, Depends(expected_version)]


@router.get("", name="get_preferences", responses=documented(401, 403))
async def get_preferences(person: CurrentPerson, response: Response) -> Success[NotificationPreferencesRead]:
    """Returns your notification preferences. Returns the defaults with version 0 if you have never changed them."""
    stored = await preferences.get_preferences(person)
    response.headers["ETag"] = version_tag(stored.version)
    return Success(data=stored)


@router.put("", name="set_preferences", responses=documented(401, 403, 412, 428))
async def set_preferences(
    body: NotificationPreferences, version: Version, person: CurrentPerson, response: Response
) -> Success[NotificationPreferencesRead]:
    """Replaces your notification preferences. Requires `If-Match` with the version you read.

    Absent fields get their defaults. Security notices and invitations cannot be muted: answers 400 if they are sent
    as a category.
    """
    stored = await preferences.set_preferences(person, preferences=body, version=version)
    response.headers["ETag"] = version_tag(stored.version)
    return Success(data=stored)
