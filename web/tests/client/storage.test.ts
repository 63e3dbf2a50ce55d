// Where the browser keeps nothing, the page still works.

import { expect, test } from "vitest";
import { type Keeping, keepingIn } from "../../src/client/storage";

/** A browser's storage, with room for so many values. */
function aBrowser(room: number): Keeping {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      if (!kept.has(key) && kept.size === room) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
    removeItem: (key) => void kept.delete(key),
  };
}

function forbidden(): never {
  throw new DOMException("denied", "SecurityError");
}

test("what is kept is in the browser, for other tabs and the next visit", () => {
  const browser = aBrowser(9);
  keepingIn(() => browser).setItem("a", "1");
  expect(keepingIn(() => browser).getItem("a")).toBe("1");
});

test("where storage is forbidden it lasts as long as the page", () => {
  const storage = keepingIn(forbidden);
  storage.setItem("a", "1");
  expect([storage.getItem("a"), storage.getItem("b")]).toEqual(["1", null]);
  storage.removeItem("a");
  expect(storage.getItem("a")).toBe(null);
});

test("a full storage loses nothing that is asked for on this page, and takes it once there is room", () => {
  const browser = aBrowser(1);
  const storage = keepingIn(() => browser);
  storage.setItem("a", "1");
  storage.setItem("b", "2");
  expect([storage.getItem("b"), browser.getItem("b")]).toEqual(["2", null]);
  storage.removeItem("a");
  storage.setItem("b", "3");
  browser.setItem("b", "4");
  expect(storage.getItem("b")).toBe("4");
});
