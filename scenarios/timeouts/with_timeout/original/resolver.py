import eventlet
from eventlet import with_timeout as limited
from eventlet.timeout import Timeout

RECORDS = {"www": ("10.0.0.1", 0.01), "mail": ("10.0.0.2", 0.3), "ftp": ("10.0.0.3", 0.0)}


def lookup(name, domain="example.org", retries=1):
    for _ in range(retries):
        address, delay = RECORDS[name]
        eventlet.sleep(delay)
    return "%s.%s is %s" % (name, domain, address)


def lookup_carefully(name):
    """Has a limit of its own, shorter than that of its caller."""
    return limited(0.05, lookup, name)


# None stands for "not known (yet)"
for name in ("www", "mail", "ftp"):
    answer = limited(0.1, lookup, name, domain="example.net", timeout_value=None)
    print(name, "->", answer)

try:
    eventlet.with_timeout(0.05, lookup, "mail")
except eventlet.Timeout as error:
    print("timed out after %s" % error)

# The value is for the limit given here only: another limit inside is an error like any other
try:
    print(limited(0.5, lookup_carefully, "mail", timeout_value="never printed"))
except Timeout:
    print("the inner limit came first")

try:
    limited(0.1, lookup, "gopher", timeout_value="?")
except KeyError as error:
    print("unknown host", error)

print(limited(None, lookup, "www", retries=3))
