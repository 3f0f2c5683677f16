from elevator import building

if __name__ == "__main__":
    building.open_doors()
