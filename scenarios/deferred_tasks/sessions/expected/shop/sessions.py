import asyncio

from shop.aio_green import spawn_after


class Session:
    def __init__(self, user):
        self.user = user
        self.cart = []
        self._timer = None

    def __repr__(self):
        return "<%s: %s>" % (self.user, "+".join(self.cart) or "nothing")


class Sessions:
    """Sessions end when nobody has touched them for a while."""

    def __init__(self, lifetime, archive):
        self.lifetime = lifetime
        self.archive = archive
        self._open = {}

    def __len__(self):
        return len(self._open)

    def touch(self, user):
        session = self._open.setdefault(user, Session(user))
        self._put_off(session)
        return session

    def _put_off(self, session):
        if session._timer:
            session._timer.cancel()
        # Only removes an entry: may run in the hub itself
        session._timer = asyncio.get_running_loop().call_later(self.lifetime, self._expire, session)

    def _expire(self, session):
        session._timer = None
        self._open.pop(session.user, None)
        if session.cart:
            # Writing takes time: needs a green thread of its own
            spawn_after(0.02, self.archive.save, session)

    def check_out(self, user):
        session = self._open.pop(user)
        session._timer.cancel()
        return session.cart
