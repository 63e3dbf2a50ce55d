// One subscription for as long as somebody wants it: reconnects with a growing, jittered wait, says when it is not live.

import { stringifyDocument, type TypedDocumentNode } from "@urql/core";
import { type Client, createClient } from "graphql-ws";
import type { Auth } from "./transport";

const LONGEST_WAIT = 5_000;
const FIRST_WAIT = 200;
/** A socket can die without a word: after this silence it is asked, after `PATIENCE` more it is given up. Milliseconds. */
const SILENCE = 10_000;
const PATIENCE = 3_000;

export interface Listener<Data> {
  /** Asked first, and told by `onData` then; what does not fit is subscribed to again. */
  fits(data: Data): boolean;
  onData(data: Data): void;
  onLive(live: boolean): void;
}

export interface Api {
  readonly origin: string;
  /** Asked anew for every connection. */
  readonly auth: Auth;
}

/** Returns the way to stop. `variables` is asked whenever it is subscribed to. */
export function listen<Data, Variables extends Record<string, unknown>>(api: Api, document: TypedDocumentNode<Data, Variables>, variables: () => Variables, listener: Listener<Data>): () => void {
  const query = stringifyDocument(document);
  const client = makeLine(api);
  let tries = 0;
  let ended = false;
  let live = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => undefined;

  function subscribe(): void {
    clearTimeout(timer);
    const stop = client.subscribe<Data>(
      { query, variables: variables() },
      {
        next({ data }) {
          if (!data || !listener.fits(data)) return cut();
          tries = 0;
          say(true);
          listener.onData(data);
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
    listener.onLive(now);
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
function makeLine({ origin, auth }: Api): Client {
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
