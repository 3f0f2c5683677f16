import asyncio

from aio_green import Timeout, with_timeout

RECORDS = {"www": ("10.0.0.1", 0.01), "mail": ("10.0.0.2", 0.3), "ftp": ("10.0.0.3", 0.0)}


async def lookup(name, domain="example.org", retries=1):
    for _ in range(retries):
        address, delay = RECORDS[name]
        await asyncio.sleep(delay)
    return "%s.%s is %s" % (name, domain, address)


async def lookup_carefully(name):
    """Has a limit of its own, shorter than that of its caller."""
    return await with_timeout(0.05, lookup, name)


async def main():
    # None stands for "not known (yet)"
    for name in ("www", "mail", "ftp"):
        answer = await with_timeout(0.1, lookup, name, domain="example.net", timeout_value=None)
        print(name, "->", answer)

    try:
        await with_timeout(0.05, lookup, "mail")
    except Timeout as error:
        print("timed out after %s" % error)

    # The value is for the limit given here only: another limit inside is an error like any other
    try:
        print(await with_timeout(0.5, lookup_carefully, "mail", timeout_value="never printed"))
    except Timeout:
        print("the inner limit came first")

    try:
        await with_timeout(0.1, lookup, "gopher", timeout_value="?")
    except KeyError as error:
        print("unknown host", error)

    print(await with_timeout(None, lookup, "www", retries=3))


asyncio.run(main())
