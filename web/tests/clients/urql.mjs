// urql: queries and mutations by fetch, subscriptions over graphql-ws; then subscriptions by fetch too.

import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, origin, run } from "./asks.mjs";

const overFetch = process.argv[6] === "fetch";
const socket = createClient({ url: `${origin.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams: authorization, retryAttempts: 0 });
const forward = ({ query, variables }) => ({ subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }) });
const client = new Client({
  url: `${origin}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers: authorization },
  fetchSubscriptions: overFetch,
  exchanges: overFetch ? [fetchExchange] : [fetchExchange, subscriptionExchange({ forwardSubscription: forward })],
});

await run({
  async ask(document, variables) {
    const send = document.startsWith("mutation") ? client.mutation(document, variables) : client.query(document, variables);
    const { data, error } = await send.toPromise();
    if (error) throw error;
    return data;
  },
  watch(document, variables, onData, fail) {
    const { unsubscribe } = client.subscription(document, variables).subscribe(({ data, error }) => (error ? fail(error) : onData(data)));
    return unsubscribe;
  },
});
