// What every part of the explorer works with.

import type { Fetcher } from "@graphiql/toolkit";
import { createContext, useContext } from "react";
import type { Identities } from "./identity";
import type { Known } from "./known";
import type { Store } from "./store";

export interface Exploring {
  readonly known: Store<Known>;
  readonly identities: Identities;
  readonly fetcher: Fetcher;
  /** Asks the API anew what is there. */
  lookAround(): Promise<void>;
}

export const Explored = createContext<Exploring | null>(null);

export function useExplored(): Exploring {
  const here = useContext(Explored);
  if (!here) throw new Error("outside of the explorer");
  return here;
}
