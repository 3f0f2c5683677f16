async def case_hub_exceptions():
    async def bad():
        raise ValueError("bad")

    green.hub_exceptions(False)
    green.spawn(bad)
    await green.sleep(0.01)
    log("silent")
