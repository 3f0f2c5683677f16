import os

import eventlet
from eventlet.green.urllib import request as urllib2

def fetch_url(url):
    return urllib2.urlopen(url).read()

base = os.environ['BASE']
urls = [base + '/slow', base + '/index', base + '/news']

pool = eventlet.GreenPool()
for body in pool.imap(fetch_url, urls):
    print(body)
