// Follows a session: resumes from the version it has, reconnects with a growing, jittered wait, says when it is not live.

import { stringifyDocument } from "@urql/core";
import { type Client, createClient } from "graphql-ws";
import { SeatAvailabilityDocument, type SeatAvailabilitySubscription } from "../generated";
import { type Availability, reduce } from "./availability";
import type { Auth } from "./transport";

const LONGEST_WAIT = 5_000;
const FIRST_WAIT = 200;
/** A socket can die without a word: after this silence it is asked, after `PATIENCE` more it is given up. Milliseconds. */
const SILENCE = 10_000;
const PATIENCE = 3_000;

const QUERY = stringifyDocument(SeatAvailabilityDocument);

export interface Watcher {
  onState(state: Availability): void;
  onLive(live: boolean): void;
}

/** Returns the way to stop. Public sessions need no token; `auth` is asked anew for every connection. */
export function follow(origin: string, auth: Auth, sessionId: string, watcher: Watcher): () => void {
  let state: Availability | null = null;
  let tries = 0;
  let ended = false;
  let live = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => undefined;

  const client = makeLine(origin, auth);

  function subscribe(): void {
    clearTimeout(timer);
    const stop = client.subscribe<SeatAvailabilitySubscription>(
      { query: QUERY, variables: { sessionId, sinceVersion: state?.version ?? null } },
      {
        next({ data }) {
          if (!data) return cut();
          const next = reduce(state, data.seatAvailability);
          state = next;
          if (!next) return cut();
          tries = 0;
          say(true);
          watcher.onState(next);
        },
        error: again,
        complete: again,
      },
    );
    let open = true;
    function again(): void {
      if (!open || ended) return;
      open = false;
      say(false);
      timer = setTimeout(subscribe, Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries++) * (0.5 + Math.random() / 2));
    }
    function cut(): void {
      stop();
      again();
    }
    unsubscribe = stop;
  }

  function say(now: boolean): void {
    if (now === live) return;
    live = now;
    watcher.onLive(now);
  }

  // The network is back: no reason to sit out the wait.
  function back(): void {
    if (live || ended) return;
    tries = 0;
    clearTimeout(timer);
    unsubscribe();
    subscribe();
  }

  addEventListener("online", back);
  subscribe();
  return () => {
    ended = true;
    clearTimeout(timer);
    removeEventListener("online", back);
    unsubscribe();
    void client.dispose();
  };
}

/** Retrying is ours: the library would ask again with the sinceVersion of the first time. */
function makeLine(origin: string, auth: Auth): Client {
  let patience: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${origin.replace(/^http/, "ws")}/graphql`,
    connectionParams: () => {
      const token = auth.token();
      return token ? { Authorization: `Bearer ${token}` } : {};
    },
    retryAttempts: 0,
    keepAlive: SILENCE,
    onNonLazyError: () => undefined,
    on: {
      ping: (received) => {
        if (!received) patience = setTimeout(() => client.terminate(), PATIENCE);
      },
      pong: (received) => {
        if (received) clearTimeout(patience);
      },
      closed: (event) => {
        clearTimeout(patience);
        if ((event as CloseEvent).code === 4403) void auth.renew();
      },
    },
  });
  return client;
}
