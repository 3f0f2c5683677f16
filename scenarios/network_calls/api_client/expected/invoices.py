#!/usr/bin/env python3

import asyncio
import os
import sys

import requests

from aio_green import GreenPool


class ApiError(Exception):
    """The service said no."""


class Api:
    """Client of the billing service."""

    def __init__(self, base, token):
        self.base = base.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + token

    async def _get(self, path, **params):
        response = await asyncio.to_thread(self.session.get, self.base + path, params=params)
        try:
            response.raise_for_status()
        except requests.HTTPError as error:
            raise ApiError("%s: %d %s" % (path, error.response.status_code, response.text))
        return response.json()

    async def invoices(self, account):
        """Generates the amounts, page after page."""
        page = 1
        while page is not None:
            answer = await self._get("/accounts/%s/invoices" % account, page=page)
            for invoice in answer["invoices"]:
                yield invoice["amount"]
            page = answer.get("next")

    async def total(self, account):
        return sum([item async for item in self.invoices(account)])

    async def close_account(self, account, reason):
        response = await asyncio.to_thread(self.session.post, self.base + "/accounts/%s/close" % account, json={"reason": reason})
        return response.status_code, response.headers["X-Closed"]


async def main():
    api = Api(os.environ["BASE"], token="s3cret")
    accounts = ["ann", "bob", "cleo", "mallory"]

    async def total_or_error(account):
        try:
            return await api.total(account)
        except ApiError as error:
            return str(error)

    pool = GreenPool(3)
    for account, total in zip(accounts, [item async for item in pool.imap(total_or_error, accounts)]):
        print(account, total)
    print(*await api.close_account("bob", "moved"))

    # Somebody pulled the plug
    try:
        await Api(os.environ["NOBODY"], token="").total("ann")
    except requests.ConnectionError:
        print("no connection")
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
