import asyncio

from router.model import Belt, Parcel, Router, Shelf, Trash, weigh


def by_target(parcel: Parcel) -> str:
    return "trash" if parcel.target == "?" else "shelf"


async def main() -> None:
    belt: Belt[Parcel] = Belt()
    router = Router(by_target, {"shelf": Shelf(2), "trash": Trash()})
    worker = router.start(belt)
    parcels = [Parcel("oslo"), Parcel("?", 0.5), Parcel("rome", 2), Parcel("bern")]
    for parcel in parcels:
        await belt.put(parcel)
    await belt.put(None)
    print(sorted((await worker).items()))
    print(await weigh(parcels[1]), await weigh(parcels))


if __name__ == "__main__":
    asyncio.run(main())
