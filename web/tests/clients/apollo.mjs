// Apollo Client: queries and mutations by HttpLink, subscriptions over graphql-ws, or multipart over HTTP.

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode, parse } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorization, origin, run } from "./asks.mjs";

const http = new HttpLink({ uri: `${origin}/graphql`, headers: authorization });
const socket = new GraphQLWsLink(createClient({ url: `${origin.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams: authorization, retryAttempts: 0 }));
const link = process.argv[6] === "multipart" ? http : ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, socket, http);
const client = new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: { fetchPolicy: "no-cache" }, mutate: { fetchPolicy: "no-cache" } } });

await run({
  async ask(document, variables) {
    const { data, error } = document.startsWith("mutation") ? await client.mutate({ mutation: parse(document), variables }) : await client.query({ query: parse(document), variables });
    if (error) throw error;
    return data;
  },
  watch(document, variables, onData, fail) {
    const subscription = client.subscribe({ query: parse(document), variables, fetchPolicy: "no-cache" }).subscribe({ next: ({ data, error }) => (error ? fail(error) : onData(data)), error: fail });
    return () => subscription.unsubscribe();
  },
});
