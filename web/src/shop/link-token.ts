// What a mailed link carries after its #: read once, and taken out of the address, where it would stay in the history.

import { useEffect, useState } from "preact/hooks";

/** The newest, where another link is opened in the same tab. */
export function useLinkToken(): string {
  const [token, setToken] = useState(taken);
  useEffect(() => {
    const look = (): void => setToken((was) => taken() || was);
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return token;
}

function taken(): string {
  const found = location.hash.slice(1);
  if (found) history.replaceState(history.state, "", location.pathname);
  return found;
}
