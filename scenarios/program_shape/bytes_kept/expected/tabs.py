import asyncio


async def count(limit):
	total = 0
	while total < limit:
		total += 1;	await asyncio.sleep(0)
		if total == 2: break
	return total
