"""Knows nothing about green threads and must go on working as it is."""
from kvlib import Client

client = Client()
print(client.get("color"), client.get("taste", "unknown"))
print(client.increment("size"))
client.close()
with Client() as other:
    print(other.set("done", "yes"))
