// A refresh token works once: two tabs never use the same one.

import { expect, test } from "vitest";
import { type Account, KEPT, makeAccounts, readAccount } from "../../src/shop/tokens";

const account = (turn: number): Account => ({ accessToken: `a${turn}`, refreshToken: `r${turn}`, user: { id: "user_1", email: "fan@example.com", roles: ["ATTENDEE"] } });

/** One browser: a storage and a lock that all its tabs share, and a server that takes a refresh token once. */
function aBrowser() {
  const kept = new Map<string, string>();
  const used: string[] = [];
  let turn = 1;
  let last: Promise<void> = Promise.resolve();
  let reachable = true;
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
  const tab = () => makeAccounts({
    storage,
    alone: (work) => (last = last.catch(() => undefined).then(work)),
    renewed: async (refreshToken) => {
      if (!reachable) throw new Error("unreachable");
      used.push(refreshToken);
      return refreshToken === `r${turn}` ? account(++turn) : null;
    },
  });
  return { kept, used, tab, storage, cut: () => (reachable = false) };
}

test("signing in is seen by the other tab, signing out too", () => {
  const { tab } = aBrowser();
  const [one, two] = [tab(), tab()];
  one.keep(account(1));
  expect(two.token()).toBe("a1");
  expect(two.current()?.user.email).toBe("fan@example.com");
  two.keep(null);
  expect(one.token()).toBe(null);
});

test("five requests of two tabs whose token ended renew it once", async () => {
  const { tab, used } = aBrowser();
  const [one, two] = [tab(), tab()];
  one.keep(account(1));
  await Promise.all([one.renew(), one.renew(), two.renew(), two.renew(), one.renew()]);
  expect(used).toEqual(["r1"]);
  expect([one.token(), two.token()]).toEqual(["a2", "a2"]);
});

test("the next end renews with the next token", async () => {
  const { tab, used } = aBrowser();
  const one = tab();
  one.keep(account(1));
  await one.renew();
  await one.renew();
  expect(used).toEqual(["r1", "r2"]);
  expect(one.token()).toBe("a3");
});

test("a refused token signs out", async () => {
  const { tab } = aBrowser();
  const one = tab();
  one.keep(account(9));
  await one.renew();
  expect(one.current()).toBe(null);
});

test("a server that does not answer signs nobody out", async () => {
  const { tab, cut } = aBrowser();
  const one = tab();
  one.keep(account(1));
  cut();
  await expect(one.renew()).rejects.toThrow("unreachable");
  expect(one.token()).toBe("a1");
});

test("who signs out while the token is being renewed stays signed out", async () => {
  const { storage } = aBrowser();
  let answer: (account: Account) => void = () => undefined;
  const one = makeAccounts({ storage, alone: (work) => work(), renewed: () => new Promise((resolve) => (answer = resolve)) });
  one.keep(account(1));
  const renewing = one.renew();
  one.keep(null);
  answer(account(2));
  await renewing;
  expect(one.current()).toBe(null);
});

test("nobody renews nothing", async () => {
  const { tab, used } = aBrowser();
  await tab().renew();
  expect(used).toEqual([]);
});

test("listeners hear of changes until they stop", () => {
  const { tab } = aBrowser();
  const one = tab();
  let heard = 0;
  const stop = one.listen(() => heard++);
  one.keep(account(1));
  one.changedElsewhere();
  stop();
  one.keep(null);
  expect(heard).toBe(2);
});

test.each([null, "", "{", "[]", "{}", '{"accessToken":"a"}', '"text"'])("%s in the storage is nobody", (kept) => {
  expect(readAccount(kept)).toBe(null);
  expect(KEPT).toBe("usher-account");
});
