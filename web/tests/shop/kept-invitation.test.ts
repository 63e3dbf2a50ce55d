// The invitation that somebody comes back to after registering.

import { expect, test } from "vitest";
import { keepInvitation, keptInvitation } from "../../src/shop/kept-invitation";
import { tabStorage } from "../../src/client/storage";

test("an invitation is kept until it is answered", () => {
  expect(keptInvitation()).toBeNull();
  keepInvitation({ token: "abc", email: "new@example.com" });
  expect(keptInvitation()).toEqual({ token: "abc", email: "new@example.com" });
  keepInvitation(null);
  expect(keptInvitation()).toBeNull();
});

test.each(["{", "null", "7", '"abc"', "{}", '{"token":""}', '{"token":7}'])("%s is none", (kept) => {
  tabStorage.setItem("usher-invitation", kept);
  expect(keptInvitation()).toBeNull();
});
