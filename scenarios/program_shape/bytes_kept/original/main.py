import eventlet

from windows import slow
from tabs import count
from latin import name
from marked import marked

pool = eventlet.GreenPool()
print(list(pool.imap(slow, ["a", "b"])))
print(count(5), ascii(name()), marked())