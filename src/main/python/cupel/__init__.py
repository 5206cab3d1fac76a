"""A client of Cupel, which runs programs as Jobs and gives back exactly what they printed."""

from ._aio import AsyncCupel
from ._client import Cupel, Request
from ._result import CupelError, Rejected, Result, Unavailable

__all__ = ["AsyncCupel", "Cupel", "CupelError", "Rejected", "Request", "Result", "Unavailable"]
