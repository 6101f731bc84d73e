"""aiocometd-ng as a bench client: client_aiocometd.py URL N, or URL idle SECONDS. It has no acknowledgements.

It reports the same fields as the clients in Rust, except for allocations, which it cannot count.
"""

import asyncio
import json
import os
import re
import sys
import time

from aiocometd_ng import Client
from aiocometd_ng.constants import ConnectionType

PATIENCE = 8


def status(name: str) -> int:
    with open("/proc/self/status", encoding="utf-8") as text:
        return int(re.search(rf"^{name}:\s*(\d+)", text.read(), re.MULTILINE)[1])


async def main() -> None:
    url, first = sys.argv[1:3]
    idle = int(sys.argv[3]) if first == "idle" else 0
    expected = 0 if idle else int(first)
    latencies, seen = [], bytearray(expected)
    doubled = out_of_order = following = began_at = ended_at = 0
    # Its default of 100 would hold the server back and hide how far it lags.
    client = Client(url, connection_types=ConnectionType("long-polling"), max_pending_count=1_000_000)
    async with client:
        await client.subscribe("/bench")
        await asyncio.sleep(0.3)
        cpu, wakeups = time.process_time(), status("voluntary_ctxt_switches")
        print("READY", flush=True)
        if idle:
            await asyncio.sleep(idle)
        while len(latencies) < expected:
            try:
                message = await asyncio.wait_for(client.receive(), PATIENCE)
            except asyncio.TimeoutError:
                break
            now = time.monotonic_ns() // 1000
            began_at = began_at or now
            ended_at = now
            number = message["data"]["i"]
            if seen[number]:
                doubled += 1
                continue
            seen[number] = 1
            latencies.append(now - message["data"]["t"])
            out_of_order += number != following
            following = number + 1
        cpu, wakeups = time.process_time() - cpu, status("voluntary_ctxt_switches") - wakeups
        latencies.sort()
        got, seconds = len(latencies), (ended_at - began_at) / 1e6

        def at(part: float):
            return latencies[min(got - 1, int(part * got))] if got else None

        print(
            json.dumps(
                {
                    "client": "aiocometd-ng 0.5.6",
                    "got": got,
                    "rate": round((got - 1) / seconds) if seconds else 0,
                    "p50_us": at(0.5),
                    "p99_us": at(0.99),
                    "max_us": at(1),
                    "out_of_order": out_of_order,
                    "doubled": doubled,
                    "lost": expected - got,
                    "cpu_s": cpu,
                    "wakeups": wakeups,
                    "rss_kib": status("VmRSS"),
                    "allocations": None,
                    "allocated_bytes": None,
                }
            ),
            flush=True,
        )
        # A proper farewell would wait for the held request.
        os._exit(0)


asyncio.run(main())
