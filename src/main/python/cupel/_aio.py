"""The same for asyncio."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AsyncIterator, Iterable, Iterator, Mapping, Optional

from ._client import Cupel, Request
from ._result import Result

_END = object()


class AsyncCupel:
    """A server, called without blocking the event loop; threads wait for it instead."""

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        headers: Optional[Mapping[str, str]] = None,
        patience: float = 60,
        workers: int = 64,
    ) -> None:
        """As Cupel; workers: how many calls of run are under way at once, at most."""
        self._client = Cupel(url, headers=headers, patience=patience)
        self._pool = ThreadPoolExecutor(max_workers=workers)

    async def run(self, request: Request, *, key: Optional[str] = None, **fields: Any) -> Result:
        """As Cupel.run."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: self._client.run(request, key=key, **fields))

    async def run_many(
        self, requests: Iterable[Request], *, workers: int = 16, **fields: Any
    ) -> AsyncIterator[Result]:
        """As Cupel.run_many."""
        loop = asyncio.get_running_loop()
        results: Iterator[Result] = self._client.run_many(requests, workers=workers, **fields)
        try:
            while True:
                result: Any = await loop.run_in_executor(self._pool, next, results, _END)
                if result is _END:
                    return
                yield result
        finally:
            close = getattr(results, "close")
            await loop.run_in_executor(self._pool, close)
