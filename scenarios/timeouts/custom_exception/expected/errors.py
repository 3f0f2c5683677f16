class BackendError(Exception):
    """Anything that went wrong behind us."""


class BackendTooSlow(BackendError):
    def __init__(self, service="backend", limit=None):
        super().__init__(service, limit)
        self.service = service
        self.limit = limit

    def __str__(self):
        if self.limit is None:
            return "%s is too slow" % self.service
        return "%s took longer than %s s" % (self.service, self.limit)
