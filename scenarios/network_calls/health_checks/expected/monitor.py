"""Asks services how they are."""

import asyncio
import http.client
import os
import socket
from dataclasses import dataclass
from typing import Awaitable, Callable, Dict, List

from aio_green import GreenPool, create_connection


@dataclass
class Result:
    target: str
    healthy: bool
    detail: str

    def __str__(self) -> str:
        return f"{self.target}: {'ok' if self.healthy else 'FAILED'} ({self.detail})"


CHECKS: Dict[str, Callable[[str, int], Awaitable[str]]] = {}


def check(kind):
    """Registers a function that returns a detail or raises."""

    def register(function):
        CHECKS[kind] = function
        return function

    return register


@check("http")
async def check_http(host: str, port: int) -> str:
    connection = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        await asyncio.to_thread(connection.request, "HEAD", "/health", headers={"Host": "monitored"})
        response = await asyncio.to_thread(connection.getresponse)
        if response.status >= 400:
            raise RuntimeError(f"status {response.status}")
        return response.getheader("X-Health", "no details")
    finally:
        connection.close()


@check("banner")
async def check_banner(host: str, port: int) -> str:
    with await create_connection((host, port), timeout=0.5) as connection:
        return (await connection.recv(100)).decode().strip()


async def run_check(target: str) -> Result:
    kind, host, port = target.split(":")
    try:
        return Result(target, True, await CHECKS[kind](host, int(port)))
    except socket.timeout:
        return Result(target, False, "no answer")
    except ConnectionRefusedError:
        return Result(target, False, "refused")
    except Exception as error:
        return Result(target, False, str(error))


async def run_checks(targets: List[str]) -> List[Result]:
    pool = GreenPool(20)
    return [item async for item in pool.imap(run_check, targets)]


async def main() -> None:
    results = await run_checks(os.environ["TARGETS"].split())
    for number, result in enumerate(results, start=1):
        # Ports change from run to run
        result.target = f"{result.target.partition(':')[0]} {number}"
        print(result)


if __name__ == "__main__":
    asyncio.run(main())
