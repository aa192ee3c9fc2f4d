"""A file is sent piece by piece, each read by a thread, and never as a whole from memory.

Django's ``FileResponse`` cannot be awaited; under ASGI Django would read all of it first.

Source: https://docs.djangoproject.com/en/5.2/ref/request-response/#streaminghttpresponse-objects.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from inspect import iscoroutinefunction
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

PIECE_BYTES = 262_144


@sync_and_async_middleware
def stream_files(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Let files be read apart where Django runs under ASGI; elsewhere change nothing."""
    if not iscoroutinefunction(get_response):
        return get_response

    async def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await get_response(request)
        if isinstance(response, FileResponse) and response.file_to_stream is not None:
            response.streaming_content = _pieces(response.file_to_stream)
        return response

    return answer


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
        yield piece
