"""/api/v1/auth/*, /api/v1/users/*"""

from fastapi import APIRouter, Response

from lib import identity
from lib.core.app import create_app, documented
from lib.core.envelope import Success
from lib.core.principal import CurrentUser, LimitedByAddress
from lib.identity import Credentials, Me, RefreshRequest, Tokens

auth = APIRouter(prefix="/api/v1/auth", tags=["auth"])
users = APIRouter(prefix="/api/v1/users", tags=["users"])


@auth.post("/login", responses=documented(401))
async def login(credentials: Credentials, _: LimitedByAddress) -> Success[Tokens]:
    """Signs in with e-mail and password."""
    return Success(data=await identity.login(credentials))


@auth.post("/refresh", responses=documented(401))
async def refresh(request: RefreshRequest, _: LimitedByAddress) -> Success[Tokens]:
    """Exchanges a refresh token, which is then spent, for new tokens."""
    return Success(data=await identity.refresh(request))


@auth.post("/logout", status_code=204, responses=documented(401))
async def logout(user: CurrentUser) -> Response:
    """Ends this session: this API refuses its access token from now on."""
    await identity.logout(user)
    return Response(status_code=204)


@users.get("/me", responses=documented(401, 404))
async def get_me(user: CurrentUser) -> Success[Me]:
    """Who is signed in, and with which role in which brand."""
    return Success(data=await identity.get_me(user))


app = create_app("MixerAI identity", auth, users)
