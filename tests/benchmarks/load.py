"""The client's side, in a process of its own: keep-alive connections that post prepared bodies, one after the other."""

import asyncio
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median

import orjson


async def post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    return await reader.readexactly(length)


async def main(port: int, clients: int, folder: Path) -> None:
    """Reads `requests.bin` (length-prefixed by a JSON list of lengths in `lengths.json`); prints one JSON object."""
    lengths = orjson.loads((folder / "lengths.json").read_bytes())
    whole = (folder / "requests.bin").read_bytes()
    expected = (folder / "expected.bin").read_bytes()
    ends = [0]
    for length in lengths:
        ends.append(ends[-1] + length)
    requests = iter([whole[start:end] for start, end in pairwise(ends)])
    times: list[float] = []
    bad = 0

    async def client() -> None:
        nonlocal bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in requests:
            started = time.perf_counter()
            answer = await post(reader, writer, request)
            times.append((time.perf_counter() - started) * 1000)
            if expected not in answer:
                bad += 1
        writer.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as crowd:
        for _ in range(clients):
            crowd.create_task(client())
    seconds = time.perf_counter() - started
    times.sort()
    found = {
        "rate": len(times) / seconds,
        "p50": median(times),
        "p99": times[int(len(times) * 0.99)],
        "client_cpu": time.process_time() / len(times) * 1e6,
        "bad": bad,
    }
    sys.stdout.write(orjson.dumps(found).decode())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
