class Orders:
    def __init__(self, gateway):
        self.gateway = gateway
        self.log = []

    async def place(self, item, amount):
        self.log.append("placing %s" % item)
        try:
            receipt = await self.gateway.charge(amount)
        except ValueError:
            # not ours: the gateway refuses odd amounts some day
            self.log.append("refused %s" % item)
            raise
        self.log.append("placed %s" % item)
        return receipt
