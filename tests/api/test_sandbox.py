"""The sandbox over the API: time that is moved, rivals, faults, cut connections; for admins, in demo mode."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError

from db.engine import make_pool
from domain.viewers import Role
from main import plugged
from resolvers.gateways.settings import Settings
from resolvers.upkeep import Retention, remove_leftovers
from resolvers.verification import verify
from tests.api.client import Client
from tests.api.conftest import House, add_user, open_house
from tests.api.documents import AVAILABILITY, BUY, LOCK, WATCH
from tests.api.watching import HOLD, ORDER, run, watching

SANDBOX = """... on Sandbox { clockAheadSeconds faults { busy declined delayMs }
  rivals { sessionId count strategy seed running held bought refused } }
... on InvalidInput { path } ... on Error { code message }"""
MOVE = f"mutation($input: MoveClockInput!) {{ moveClock(input: $input) {{ __typename {SANDBOX} }} }}"
START = f"mutation($input: StartRivalsInput!) {{ startRivals(input: $input) {{ __typename {SANDBOX} }} }}"
STOP = "mutation($id: ID!) { stopRivals(sessionId: $id) { __typename ... on Error { code message } } }"
FAULTS = f"mutation($input: SetFaultsInput!) {{ setFaults(input: $input) {{ __typename {SANDBOX} }} }}"
CUT = "mutation { cutConnections { __typename ... on ConnectionsCut { count } ... on Error { code } } }"
SANDBOX_DEFAULTS = """SELECT count(*) FROM pg_depend JOIN pg_proc ON pg_proc.oid = refobjid
WHERE classid = 'pg_attrdef'::regclass AND pronamespace = 'usher_sandbox'::regnamespace"""
ASK = f"{{ sandbox {{ __typename {SANDBOX.partition('... on InvalidInput')[0]} }} }}"


async def admin_of(house: House) -> Client:
    await add_user(house.usher, "admin@example.com", Role.ADMIN)
    return await house.nobody.signed_in("admin@example.com")


async def test_a_hold_expires_when_the_clock_is_moved_and_everybody_is_told(house: House) -> None:
    admin = await admin_of(house)
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    async with watching(house.fan, HOLD, hold["id"]) as mine, house.nobody.watch(WATCH, {"id": house.session_id}) as all_seats:
        assert (await mine.next())["hold"]["state"] == "ACTIVE"
        assert (await all_seats.next())["held"] == 1
        moved = await admin.ask(MOVE, {"input": {"seconds": 901}})
        assert (moved["__typename"], moved["clockAheadSeconds"]) == ("Sandbox", 901)
        assert (await all_seats.next())["changes"] == [{"status": "AVAILABLE", "labels": ["A-1"]}]
        assert (await mine.next())["hold"]["state"] == "EXPIRED"
    refused = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}})
    assert refused["__typename"] == "HoldExpired"


async def test_all_that_is_told_the_time_is_told_the_same(house: House) -> None:
    admin = await admin_of(house)
    before = await house.fan.ask(LOCK, house.lock("A-1"))
    await admin.ask(MOVE, {"input": {"seconds": 600}})
    after = await house.fan.ask(LOCK, house.lock("A-2"))
    assert minutes(before["serverTime"], after["serverTime"]) == 10
    assert minutes(before["expiresAt"], after["expiresAt"]) == 10
    assert minutes(after["serverTime"], after["expiresAt"]) == 15


async def test_what_rows_note_by_themselves_is_noted_by_the_moved_clock(house: House) -> None:
    admin = await admin_of(house)
    await admin.ask(MOVE, {"input": {"seconds": 2 * 86_400}})
    wish = house.lock("A-1", key="once")
    await house.fan.ask(LOCK, wish)
    # By a day old keys are forgotten; this one is not.
    await remove_leftovers(house.usher.services, Retention())
    assert (await house.fan.raw(LOCK, wish))["extensions"] == {"idempotentReplay": True}


def minutes(one: str, other: str) -> int:
    def of(instant: str) -> int:
        hour, minute, second = instant[11:19].split(":")
        return (int(hour) * 60 + int(minute)) * 60 + int(second)

    return round((of(other) - of(one)) % 86_400 / 60)


async def test_a_sale_opens_when_its_time_is_moved_to(house: House) -> None:
    admin, session_id = await admin_of(house), await house.put_on(sale_opens_in_days=2)
    wish = {"input": {"sessionId": session_id, "seats": ["A-1"]}}
    assert (await house.fan.ask(LOCK, wish))["__typename"] == "SaleNotOpen"
    await admin.ask(MOVE, {"input": {"seconds": 2 * 86_400 + 60}})
    assert (await house.fan.ask(LOCK, wish))["__typename"] == "Hold"


async def test_a_slow_payment_still_takes_its_time_and_its_webhook_is_still_believed(house: House) -> None:
    admin = await admin_of(house)
    await admin.ask(MOVE, {"input": {"seconds": 86_400}})
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    order = await house.fan.ask(BUY, {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-slow"}})
    assert order["status"] == "AWAITING_PAYMENT"
    async with watching(house.fan, ORDER, order["id"]) as changes:
        while (await changes.next(within=15))["status"] != "PAID":
            pass


async def test_other_processes_and_later_ones_have_the_same_time(house: House) -> None:
    admin = await admin_of(house)
    await admin.ask(MOVE, {"input": {"seconds": 3_600}})
    async with house.twin("memory://") as nobody:
        twin = await nobody.signed_in("fan@example.com")
        hold = await twin.ask(LOCK, house.lock("A-2"))
    here = await house.fan.ask(LOCK, house.lock("A-3"))
    assert minutes(hold["serverTime"], here["serverTime"]) == 0
    settings = Settings.of({"DATABASE_URL": house.database_url, "USHER_MODE": "demo", "USHER_SANDBOX": "off"})
    async with plugged(settings, house.database_url) as production:
        assert production.services.sandbox is None
        async with make_pool(house.database_url) as pool:
            assert await pool.fetchval(SANDBOX_DEFAULTS) == 0
        async with production.services.transaction() as work:
            assert abs(await work.now() - datetime.now(UTC)) < timedelta(seconds=2)


async def test_rivals_sell_a_session_out_and_nothing_is_sold_twice(house: House) -> None:
    admin = await admin_of(house)
    rivalry = {"sessionId": house.session_id, "count": 12, "strategy": "CONTEND", "seed": 7, "buying": 100, "pauseMs": 5}
    started = await admin.ask(START, {"input": rivalry})
    [crowd] = started["rivals"]
    assert (crowd["count"], crowd["strategy"], crowd["seed"], crowd["running"]) == (12, "CONTEND", 7, True)
    async with asyncio.timeout(30):
        while (await admin.ask(ASK))["rivals"][0]["running"]:
            await asyncio.sleep(0.1)
    [crowd] = (await admin.ask(ASK))["rivals"]
    assert (crowd["held"], crowd["bought"]) == (25, 25)
    assert crowd["refused"] > 0
    assert (await house.nobody.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["sold"] == 25
    assert {one.name for one in await verify(house.usher.services) if one.violations} == set()


@pytest.mark.parametrize("strategy", ["RANDOM", "BEST"])
async def test_rivals_hold_buy_and_give_back_until_they_are_stopped(house: House, strategy: str) -> None:
    admin = await admin_of(house)
    rivalry = {"sessionId": house.session_id, "count": 3, "strategy": strategy, "buying": 0, "pauseMs": 5}
    async with house.nobody.watch(WATCH, {"id": house.session_id}) as seats:
        await admin.ask(START, {"input": rivalry})
        async with asyncio.timeout(10):
            statuses: set[str] = set()
            while not {"HELD", "AVAILABLE"} <= statuses:
                statuses |= {group["status"] for group in (await seats.next()).get("changes", [])}
    await admin.ask(STOP, {"id": house.session_id})
    async with asyncio.timeout(5):
        while (await admin.ask(ASK))["rivals"][0]["running"]:
            await asyncio.sleep(0.05)
    [crowd] = (await admin.ask(ASK))["rivals"]
    assert (crowd["held"] > 0, crowd["bought"]) == (True, 0)
    assert (await house.nobody.ask(AVAILABILITY, {"id": house.session_id}))["availability"]["sold"] == 0


async def test_faults_strike_as_often_as_they_are_asked_to_and_leave_nothing(house: House) -> None:
    admin = await admin_of(house)
    assert (await admin.ask(FAULTS, {"input": {"busy": 100}}))["faults"] == {"busy": 100, "declined": 0, "delayMs": 0}
    refused = await house.fan.ask(LOCK, house.lock("A-1"))
    assert refused["__typename"] == "ServerBusy"
    await admin.ask(FAULTS, {"input": {"declined": 100, "delayMs": 300}})
    before = asyncio.get_running_loop().time()
    hold = await house.fan.ask(LOCK, house.lock("A-1"))
    assert 0.3 <= asyncio.get_running_loop().time() - before < 3
    buy = {"input": {"holdId": hold["id"], "paymentMethod": "sandbox-ok"}}
    assert (await house.fan.ask(BUY, buy))["__typename"] == "PaymentDeclined"
    await admin.ask(FAULTS, {"input": {}})
    assert (await house.fan.ask(BUY, buy))["status"] == "PAID"


async def test_connections_are_cut_without_a_word(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path) as house:
        admin = await admin_of(house)
        async with house.nobody.watch(WATCH, {"id": house.session_id}) as watch:
            await watch.next()
            assert await admin.ask(CUT) == {"__typename": "ConnectionsCut", "count": 1}
            with pytest.raises(ConnectionClosedError) as closed:
                await watch.next()
            assert closed.value.rcvd is None


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (MOVE, {"input": {"seconds": 60}}),
        (START, {"input": {"sessionId": "session_00000000000000000000000000"}}),
        (STOP, {"id": "session_00000000000000000000000000"}),
        (FAULTS, {"input": {"busy": 100}}),
        (CUT, {}),
    ],
)
async def test_only_admins_have_a_sandbox(house: House, document: str, variables: dict[str, object]) -> None:
    for person in (house.fan, house.gate):
        assert (await person.ask(document, variables))["code"] == "NOT_ALLOWED"
    assert await house.fan.ask(ASK) is None
    assert await house.nobody.ask(ASK) is None


@pytest.mark.parametrize(
    ("document", "wrong", "field"),
    [
        (MOVE, {"seconds": 0}, "seconds"),
        (MOVE, {"seconds": -60}, "seconds"),
        (MOVE, {"seconds": 31_622_401}, "seconds"),
        (START, {"count": 0}, "count"),
        (START, {"count": 501}, "count"),
        (START, {"buying": 101}, "buying"),
        (START, {"pauseMs": 0}, "pauseMs"),
        (FAULTS, {"busy": 101}, "busy"),
        (FAULTS, {"declined": -1}, "declined"),
        (FAULTS, {"delayMs": 8_001}, "delayMs"),
    ],
)
async def test_what_no_sandbox_can_do_is_bad_input(house: House, document: str, wrong: dict[str, int], field: str) -> None:
    admin = await admin_of(house)
    given = {"sessionId": house.session_id, **wrong} if document == START else wrong
    refused = await admin.ask(document, {"input": given})
    assert (refused["__typename"], refused["path"]) == ("InvalidInput", ["input", field])


async def test_who_is_an_admin_no_more_changes_nothing_and_what_admins_change_is_noted(house: House) -> None:
    admin, deposed = await admin_of(house), await house.nobody.signed_in("admin@example.com")
    await admin.ask(FAULTS, {"input": {"busy": 7}})
    document = "query { auditLog(action: SANDBOX_CHANGED) { totalCount nodes { details { name value } } } }"
    noted = {
        "nodes": [{"details": [{"name": n, "value": v} for n, v in (("busy", "7"), ("declined", "0"), ("what", "setFaults"))]}]
    }
    assert await admin.ask(document) == {"totalCount": 1, **noted}
    await run(house, "UPDATE account SET roles = '{ATTENDEE}' WHERE email = 'admin@example.com'")
    assert (await deposed.ask(FAULTS, {"input": {"busy": 0}}))["__typename"] == "NotAllowed"
    assert (await deposed.raw(document))["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    assert house.usher.services.sandbox is not None
    assert house.usher.services.sandbox.faults.busy == 7
