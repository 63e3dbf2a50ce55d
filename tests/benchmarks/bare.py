"""The limit for the HTTP benchmark: the same server with one Starlette route that reads JSON and answers JSON."""

import asyncio
import sys
from contextlib import closing

import orjson
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.serving.listening import bound_socket, listen, server_for


async def echo(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    return Response(orjson.dumps({"data": {"seats": asked["variables"]["input"]["seats"]}}), media_type="application/json")


async def main(port: int) -> None:
    with closing(bound_socket("127.0.0.1", port)) as bound:
        listen(bound)
        await server_for(Starlette(routes=[Route("/graphql", echo, methods=["POST"])]), lambda: None).serve(sockets=[bound])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1])))
