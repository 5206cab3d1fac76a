"""A client of Cupel, which runs programs as Jobs and gives back exactly what they printed."""

from ._client import AsyncCupel, Cupel, CupelError, Rejected, Request, Result, Unavailable

__all__ = ["AsyncCupel", "Cupel", "CupelError", "Rejected", "Request", "Result", "Unavailable"]
