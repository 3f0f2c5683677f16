#!/usr/bin/env python
# -*- coding: utf-8 -*-
# Checks the hosts named on the command line. A script that grew over the years.
import asyncio
import sys

from aio_green import GreenPile, GreenPool

PORTS = {'alpha': [22, 80], 'beta': [22], 'gamma': []}
verbose = '-v' in sys.argv
hosts = [arg for arg in sys.argv[1:] if not arg.startswith('-')]
if not hosts:
    sys.exit('usage: check_hosts.py HOST...')


async def probe(host, port):
    await asyncio.sleep(0.01 * (port % 7))       # knock, knock
    return port == 80 or host != 'beta'


down = 0
pool = GreenPool(4)


async def main():
    global down
    for host in hosts:
        ports = PORTS.get(host, [])
        if not ports:
            print('%s: nothing to probe' % host)
            continue
        pile = GreenPile(pool)
        for port in ports:
            await pile.spawn(probe, host, port)
        for port, up in zip(ports, [item async for item in pile]):
            print('%s:%d %s' % (host, port, 'up' if up else 'DOWN'))
            if not up:
                down += 1

    try:
        async with asyncio.timeout(2):
            await pool.waitall()
    except TimeoutError:
        print('some probes hang')

    if __name__ == '__main__':
        await asyncio.sleep(0)
        print('%d of %d hosts need help' % (down, len(hosts)))
        sys.exit(3 if down else 0)


asyncio.run(main())
