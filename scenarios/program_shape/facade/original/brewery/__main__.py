from brewery import green
from brewery.kettle import Kettle


def main():
    bottles = green.Channel()
    kettles = [Kettle(name, bottles) for name in ("dark", "pale")]
    malt = sum(green.GreenPool().starmap(Kettle.brew, zip(kettles, (20, 30))))
    print("malt", malt)
    found = []
    while True:
        try:
            found.append(bottles.get_nowait())
        except green.Empty:
            break
    print(sorted(found))
    try:
        with green.time_limit(0.05):
            bottles.get()
    except green.time_limit:
        print("the cellar is empty")


if __name__ == "__main__":
    main()
