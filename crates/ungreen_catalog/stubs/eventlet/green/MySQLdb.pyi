from _typeshed import Incomplete
from eventlet import tpool as tpool
from eventlet.patcher import slurp_properties as slurp_properties

__patched__: Incomplete

def Connection(*args, **kw): ...
connect = Connection
Connect = Connection

class MySQLdbConnectionsModule: ...

connections: Incomplete
cursors: Incomplete
converters: Incomplete
