// The explorer's examples against the schema, and what it learns from answers.

import { buildSchema, getOperationAST, GraphQLObjectType, parse, validate } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EXAMPLES, variablesOf } from "../../src/explorer/examples";
import { makeIdentities } from "../../src/explorer/identity";
import { type Known, learn, NOTHING } from "../../src/explorer/known";
import { makeClient, NOBODY } from "../../src/client/transport";

const schema = buildSchema(readFileSync("../schema/schema.graphql", "utf8"));
const KNOWN: Known = {
  demo: { accounts: [{ email: "fan@example.com" }], password: "usher-demo" },
  sessionId: "session_1", free: ["A-1", "A-2", "A-3", "A-4"], holdId: null, tickets: [],
};

test.each(EXAMPLES)("$name is valid, named after its tab, and takes the variables that are filled in", (example) => {
  const document = parse(example.query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  expect(operation?.name?.value).toBe(example.name);
  expect(schema.getRootType(operation!.operation)).toBeInstanceOf(GraphQLObjectType);
  for (const known of [NOTHING, KNOWN, { ...KNOWN, holdId: "hold_1", tickets: [{ id: "ticket_1", token: "t" }] }]) {
    const given = JSON.parse(variablesOf(example, known));
    expect(getVariableValues(schema, operation!.variableDefinitions ?? [], given).errors).toBeUndefined();
  }
});

test("a hold is bought, and its seats are not offered again; an order uses it up", () => {
  const held = learn(KNOWN, { data: { lockTickets: { id: "hold_1", state: "ACTIVE", seats: ["A-1", "A-2"] } } });
  expect([held.holdId, held.free]).toEqual(["hold_1", ["A-3", "A-4"]]);
  const bought = learn(held, { data: { buyTickets: { id: "order_1", tickets: [{ id: "ticket_1", token: "one" }, { id: "ticket_2", token: "two" }] } } });
  expect([bought.holdId, bought.tickets.map((ticket) => ticket.token)]).toEqual([null, ["one", "two"]]);
  const used = learn(bought, { data: { useTicket: { id: "ticket_2", status: "USED" } } });
  expect(used.tickets.at(-1)).toEqual({ id: "ticket_2", token: "two" });
});

test("a released hold is forgotten, and an answer without anything changes nothing", () => {
  const held = learn(KNOWN, { id: "hold_1" });
  expect(learn(held, { id: "hold_1", state: "RELEASED" }).holdId).toBeNull();
  expect(learn(KNOWN, { data: null, errors: [{ message: "no" }] })).toBe(KNOWN);
});

function kept(): Pick<Storage, "getItem" | "setItem"> & { text: string | null } {
  return { text: null, getItem() { return this.text; }, setItem(_, text) { this.text = text; } };
}

test("a token is pasted with or without its scheme, and kept until it is taken away", () => {
  const storage = kept();
  const identities = makeIdentities(makeClient("http://nowhere", NOBODY), storage);
  identities.paste(" Bearer abc ");
  expect([identities.get().token, identities.get().email]).toEqual(["abc", null]);
  expect(makeIdentities(makeClient("http://nowhere", NOBODY), storage).get().token).toBe("abc");
  identities.paste("");
  expect(identities.get().token).toBe("");
});

test("the tokens of a login are taken over, whatever the answer calls it", () => {
  const identities = makeIdentities(makeClient("http://nowhere", NOBODY), kept());
  identities.adopt({ data: { mine: { __typename: "AuthTokens", accessToken: "a", refreshToken: "r", user: { email: "fan@example.com" } } } });
  expect([identities.get().token, identities.get().refreshToken, identities.get().email]).toEqual(["a", "r", "fan@example.com"]);
  identities.adopt({ data: { login: { __typename: "InvalidCredentials", message: "no" } } });
  expect(identities.get().token).toBe("a");
});
