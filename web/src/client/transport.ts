// How everything here speaks to the API: urql for what is asked and done, graphql-ws for what is watched.

import { type AnyVariables, type Client, createClient, fetchExchange, type TypedDocumentNode } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";

export interface Auth {
  /** The access token; null for nobody. */
  token(): string | null;
  /** Called when the token is over: gets a new one, or makes `token` null. */
  renew(): Promise<void>;
}

export const NOBODY: Auth = { token: () => null, renew: async () => undefined };

/** The server ends what takes it ten seconds; who has not answered by then will not. Milliseconds. */
const PATIENCE = 15_000;

/** Nobody answered, or not with GraphQL: offline, or the server is down. */
export class Unreachable extends Error {}

/** The API refused the whole operation; `code` as in docs/frontend.md. */
export class Refused extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** Nothing is cached here: seats and holds change by the second, and layouts are cached by the browser. */
export function makeClient(origin: string, auth: Auth, before: Parameters<typeof createClient>[0]["exchanges"] = []): Client {
  return createClient({
    url: `${origin}/graphql`,
    preferGetMethod: false,
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), ...(init?.signal ? [init.signal] : [])]) }),
    exchanges: [
      ...before,
      authExchange(async (utils) => ({
        addAuthToOperation(operation) {
          const token = auth.token();
          return token ? utils.appendHeaders(operation, { Authorization: `Bearer ${token}` }) : operation;
        },
        didAuthError: (error) => error.response?.status === 401 || error.graphQLErrors.some((one) => one.extensions["code"] === "UNAUTHENTICATED"),
        refreshAuth: () => auth.renew(),
      })),
      fetchExchange,
    ],
  });
}

export interface Heard<Data> {
  readonly data: Data;
  /** Given before, under the same idempotency key. */
  readonly replayed: boolean;
}

/** The data of one query or mutation. Throws `Unreachable`, `Refused`. */
export const ask = async <Data, Variables extends AnyVariables>(client: Client, document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> =>
  (await hear(client, document, variables)).data;

/** As `ask`, and whether that is an answer given again. */
export async function hear<Data, Variables extends AnyVariables>(client: Client, document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Heard<Data>> {
  const kind = document.definitions[0];
  const send = kind?.kind === "OperationDefinition" && kind.operation === "mutation" ? client.mutation(document, variables) : client.query(document, variables, { requestPolicy: "network-only" });
  const { data, error, extensions } = await send.toPromise();
  const first = error?.graphQLErrors[0];
  if (first) throw new Refused(String(first.extensions["code"] ?? "UNKNOWN"), first.message);
  if (error || data === undefined) throw new Unreachable(error?.message ?? "no answer");
  return { data, replayed: Boolean(extensions?.["idempotentReplay"]) };
}
