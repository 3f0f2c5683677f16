import asyncio

from elevator import building

if __name__ == "__main__":
    asyncio.run(building.open_doors())
