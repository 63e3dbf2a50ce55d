// Whether we are connected: what the browser says, and whether the last thing we asked was answered.

import { type Exchange, mapExchange } from "@urql/core";
import { useEffect, useState } from "preact/hooks";

export type Connection = "online" | "offline" | "unreachable";

let answered = true;
const listeners = new Set<() => void>();

function heard(now: boolean): void {
  if (now === answered) return;
  answered = now;
  listeners.forEach((listener) => listener());
}

export const noticing: Exchange = mapExchange({
  onResult: ({ error }) => heard(!error?.networkError),
});

const connection = (): Connection => (!navigator.onLine ? "offline" : answered ? "online" : "unreachable");

export function useConnection(): Connection {
  const [now, setNow] = useState(connection);
  useEffect(() => {
    const look = (): void => setNow(connection());
    listeners.add(look);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      listeners.delete(look);
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return now;
}
