// graphql-sse in distinct connections mode: everything over server-sent events.

import { createClient } from "graphql-sse";
import { authorization, origin, run } from "./asks.mjs";

const client = createClient({ url: `${origin}/graphql`, headers: authorization, retryAttempts: 0 });
const subscribe = (query, variables, onData, fail) =>
  client.subscribe({ query, variables }, { next: ({ data, errors }) => (errors ? fail(new Error(JSON.stringify(errors))) : onData(data)), error: fail, complete: () => undefined });

await run({ ask: (query, variables) => new Promise((done, fail) => void subscribe(query, variables, done, fail)), watch: subscribe });
