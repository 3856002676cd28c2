"""One controller for each resource under /api/v1.

A handler says who may, parses, calls one function of `centres` or `sessions`, shapes the answer.
"""

from litestar.types import ControllerRouterHandler

from api.resources.accounts import AccountController, TokenController

CONTROLLERS: list[ControllerRouterHandler] = [AccountController, TokenController]
