from _typeshed import Incomplete

getcurrent: Incomplete
GreenletExit: Incomplete
greenlet: Incomplete
