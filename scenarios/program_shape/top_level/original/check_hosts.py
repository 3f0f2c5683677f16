#!/usr/bin/env python
# -*- coding: utf-8 -*-
# Checks the hosts named on the command line. A script that grew over the years.
import sys
import eventlet

PORTS = {'alpha': [22, 80], 'beta': [22], 'gamma': []}
verbose = '-v' in sys.argv
hosts = [arg for arg in sys.argv[1:] if not arg.startswith('-')]
if not hosts:
    sys.exit('usage: check_hosts.py HOST...')


def probe(host, port):
    eventlet.sleep(0.01 * (port % 7))       # knock, knock
    return port == 80 or host != 'beta'


down = 0
pool = eventlet.GreenPool(4)
for host in hosts:
    ports = PORTS.get(host, [])
    if not ports:
        print('%s: nothing to probe' % host)
        continue
    pile = eventlet.GreenPile(pool)
    for port in ports:
        pile.spawn(probe, host, port)
    for port, up in zip(ports, pile):
        print('%s:%d %s' % (host, port, 'up' if up else 'DOWN'))
        if not up:
            down += 1

try:
    with eventlet.Timeout(2):
        pool.waitall()
except eventlet.Timeout:
    print('some probes hang')

if __name__ == '__main__':
    eventlet.sleep(0)
    print('%d of %d hosts need help' % (down, len(hosts)))
    sys.exit(3 if down else 0)
