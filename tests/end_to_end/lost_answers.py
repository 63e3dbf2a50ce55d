"""Answers that get lost: the server has done it, and the page does not know."""

import re
from typing import Any

from playwright.async_api import Page, Route


async def lose_answers(page: Page, field: str, first: int = 1) -> list[Any]:
    """Lets every request of `field` through, and loses the answers to the first; grows with what the server said."""
    said: list[Any] = []

    async def lose(route: Route) -> None:
        if not re.search(rf"\b{field}\b", route.request.post_data or ""):
            return await route.fallback()
        answer = await route.fetch()
        said.append(await answer.json())
        await (route.abort() if len(said) <= first else route.fulfill(response=answer))

    await page.route("**/graphql", lose)
    return said


def told_again(said: list[Any], mutation: str, member: str) -> bool:
    """Whether it was done the first time, and answered as `member` again ever after."""
    kinds = {one["data"][mutation]["__typename"] for one in said}
    replays = [one.get("extensions", {}).get("idempotentReplay", False) for one in said]
    return kinds == {member} and replays == [False] + [True] * (len(said) - 1)
