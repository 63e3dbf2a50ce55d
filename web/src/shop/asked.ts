// What a page asks for: its answer, why there is none, and asking again, which happens by itself once we are back online.

import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { useQuery } from "@urql/preact";
import { useEffect, useRef } from "preact/hooks";
import { useConnection } from "./connection";

export interface Asked<Data> {
  data: Data | undefined;
  /** Nothing came, and nothing is under way. */
  failed: "offline" | "server" | null;
  /** What is shown is being asked for, or is of an earlier question. */
  fetching: boolean;
  again(): void;
}

export function useAsked<Data, Variables extends AnyVariables>(query: TypedDocumentNode<Data, Variables>, variables: Variables, pause = false): Asked<Data> {
  const [{ data, error, fetching, stale }, execute] = useQuery<Data, AnyVariables>({ query: query as TypedDocumentNode<Data, AnyVariables>, variables, requestPolicy: "cache-and-network", pause });
  const connection = useConnection();
  const again = (): void => execute({ requestPolicy: "network-only" });
  useEffect(() => {
    if (error && connection === "online") again();
  }, [connection]);
  // Signing in makes a new client: what was there stays until the new answer is.
  const question = JSON.stringify(variables);
  const kept = useRef<{ question: string; data: Data } | null>(null);
  if (data) kept.current = { question, data };
  const shown = data ?? (kept.current?.question === question ? kept.current.data : undefined);
  const failed = error && !shown && !fetching ? (error.networkError ? "offline" : "server") : null;
  return { data: shown, failed, fetching: fetching || stale, again };
}
