"""A sale played at a server as production has it, and what its log has of it."""

import json
from pathlib import Path

import httpx

from tests.api.client import LOGIN, Client
from tests.api.conftest import PASSWORD, House
from tests.api.documents import BUY, LOCK, USE, WATCH
from tests.test_lifecycle import GOOD, serving

CARD = "4242424242424242"
BOTH_TOKENS = LOGIN.replace("accessToken", "accessToken refreshToken")


async def test_s31_the_log_of_a_sale_has_no_token_email_qr_code_password_or_card(house: House, tmp_path: Path) -> None:
    env = {**GOOD, "DATABASE_URL": house.database_url, "USHER_ACCESS_LOG": "on"}
    secrets = [PASSWORD, "fan@example.com", "gate@example.com", "nobody@example.com", "wrong-password-1", CARD]
    async with serving(tmp_path, **env) as usher, httpx.AsyncClient(timeout=20) as http:
        await usher.logs('"event": "ready"')
        nobody = Client(f"http://127.0.0.1:{usher.port}", http)
        for email, password in (("fan@example.com", "wrong-password-1"), ("nobody@example.com", PASSWORD)):
            await nobody.raw(LOGIN, {"input": {"email": email, "password": password}})
        fan, gate = [await nobody.signed_in(email) for email in ("fan@example.com", "gate@example.com")]
        tokens = await nobody.ask(BOTH_TOKENS, {"input": {"email": "fan@example.com", "password": PASSWORD}})
        hold = await fan.ask(LOCK, house.lock("A-1", "A-2"))
        async with fan.watch(WATCH, {"id": house.session_id}) as watch:
            await watch.next()
        await fan.raw(BUY, {"input": {"holdId": hold["id"], "paymentMethod": CARD}})
        order = await fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
        (ticket, other) = order["tickets"]
        used = await gate.ask(USE, {"input": {"sessionId": house.session_id, "token": ticket["token"]}})
        assert used["__typename"] == "Ticket"
        for path in ("/nothing/fan@example.com", f"/graphql?query={fan.token}", f"/{other['token']}/{fan.token}", f"/{CARD}"):
            await http.get(f"{nobody.url}{path}", headers={"X-Request-Id": "planted-request-id"})
        secrets += [ticket["token"], other["token"], tokens["refreshToken"], *(str(who.token) for who in (fan, gate))]
        usher.interrupted()
        code, rest = await usher.ends()
    told = "".join(usher.said) + rest
    assert code == 0
    assert [secret for secret in secrets if secret in told] == []
    requests = [line for line in map(json.loads, told.splitlines()) if line["event"] == "request"]
    assert len(requests) >= 14
    assert [line["path"] for line in requests if line["request_id"] == "planted-request-id"] == [
        "/nothing/[redacted]",
        "/graphql",
        "/[redacted]/[redacted]",
        "/[redacted]",
    ]
