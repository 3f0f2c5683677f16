import asyncio

from app.core import main

if __name__ == "__main__":
    asyncio.run(main())
