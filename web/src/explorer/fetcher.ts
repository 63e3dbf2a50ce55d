// How the explorer asks: GraphiQL's own fetcher over HTTP and graphql-ws for what is watched, both as whoever is signed in.

import { createGraphiQLFetcher, type Fetcher, type FetcherParams, isAsyncIterable, isObservable, type Observable } from "@graphiql/toolkit";
import { type DocumentNode, type ExecutionResult, Kind, OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import type { Identities } from "./identity";

/** A header that is typed into the tab wins over the identity's. Websockets get the same headers in connection_init. */
export function makeFetcher(identities: Identities, heard: (answer: unknown) => void): Fetcher {
  const send = createGraphiQLFetcher({ url: "/graphql", enableIncrementalDelivery: false });
  return async (parameters, options) => {
    // The schema is everybody's: a token that has ended must not be in its way.
    if (parameters.operationName === "IntrospectionQuery") return send(parameters, options);
    const { token } = await identities.renewed();
    const headers = { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...options?.headers };
    if (isSubscription(options?.documentAST, parameters.operationName)) return watch(parameters, headers);
    const answer = await send(parameters, { ...options, headers });
    if (!isAsyncIterable(answer) && !isObservable(answer)) heard(answer);
    return answer;
  };
}

const isSubscription = (document: DocumentNode | undefined, name: string | null | undefined): boolean =>
  document?.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.SUBSCRIPTION && (!name || one.name?.value === name)) ?? false;

/** A connection of its own, and no other when it ends: here one wants to see that, not to have it made good. */
function watch(parameters: FetcherParams, headers: Record<string, unknown>): Observable<ExecutionResult> {
  const client = createClient({ url: `${location.origin.replace(/^http/, "ws")}/graphql`, connectionParams: headers, retryAttempts: 0 });
  const { query, variables, operationName } = parameters;
  const payload = { query, operationName: operationName ?? null, variables: variables as Record<string, unknown> | null };
  return {
    subscribe(sink: { next(result: unknown): void; error(error: unknown): void; complete(): void }) {
      return { unsubscribe: client.subscribe(payload, { next: (result) => sink.next(result), complete: () => sink.complete(), error: (error) => sink.error(readable(error)) }) };
    },
  } as Observable<ExecutionResult>;
}

const readable = (error: unknown): unknown => (error instanceof CloseEvent ? new Error(`The connection was closed: ${error.code} ${error.reason}`.trim()) : error);
