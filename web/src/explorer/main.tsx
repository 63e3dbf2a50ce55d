/** @jsxImportSource react */
// The explorer's page: looks at what is there, then opens GraphiQL with it.

import { createRoot } from "react-dom/client";
import { makeClient, NOBODY } from "../client/transport";
import { Explorer } from "./explorer";
import { makeFetcher } from "./fetcher";
import { makeIdentities } from "./identity";
import { type Demo, type Known, learn, look, NOTHING } from "./known";
import { makeStore } from "./store";
import "graphiql/style.css";
import "./explorer.css";

const client = makeClient(location.origin, NOBODY);
const known = makeStore<Known>(NOTHING);
const identities = makeIdentities(client);

const fetcher = makeFetcher(identities, (answer) => {
  identities.adopt(answer);
  const learnt = learn(known.get(), answer);
  if (learnt !== known.get()) known.set(learnt);
});

/** Only a demo says who may sign in, and with what. */
async function demo(): Promise<Demo | null> {
  const answer = await fetch("/demo.json");
  return answer.ok ? ((await answer.json()) as Demo) : null;
}

/** The API may be away just now: then the examples open with nothing filled in, and can be filled in later. */
async function lookAround(): Promise<void> {
  const [there, people] = await Promise.allSettled([look(client, known.get()), demo()]);
  const found = there.status === "fulfilled" ? there.value : known.get();
  known.set({ ...found, demo: people.status === "fulfilled" ? people.value : found.demo });
}

await lookAround();
const place = document.getElementById("explorer");
if (place) createRoot(place).render(<Explorer known={known} identities={identities} fetcher={fetcher} lookAround={lookAround} />);
