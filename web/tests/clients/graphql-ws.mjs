// graphql-ws: everything over one websocket.

import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, origin, run } from "./asks.mjs";

const client = createClient({ url: `${origin.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams: authorization, retryAttempts: 0 });
const subscribe = (query, variables, onData, fail) =>
  client.subscribe({ query, variables }, { next: ({ data, errors }) => (errors ? fail(new Error(JSON.stringify(errors))) : onData(data)), error: fail, complete: () => undefined });

await run({ ask: (query, variables) => new Promise((done, fail) => void subscribe(query, variables, done, fail)), watch: subscribe });
