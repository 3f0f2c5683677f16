"""Has no green threads of its own."""
from pkg import Client, Special

client = Client("script", size=2, color="red")
print(client.ask("x", 2).last, client.last, client.options)
print(client.ask("y") is client)
for item in client.items("a", "b", "c"):
    print(item)
    if item == "b":
        break
with client.session() as same:
    print(same is client, client.kind)
print(client.kind, len(client), repr(client), bool(client.alive))
try:
    client.fail()
except Client.Error as error:
    print("error", error)
client.size = 9
print(len(client), client.size, Client.timeout, client.retries)
other = Special("local", size=3)
print(other, type(other).__name__, isinstance(other, Client))
print(client.merge(other), Client.parse("a b"))
print(other.ask("why"))
print(client.beats > 0)
client.close()
other.close()
