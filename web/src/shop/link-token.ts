// What a mailed link carries after its #: read once, and taken out of the address, where it would stay in the history.

import { useState } from "preact/hooks";

export function useLinkToken(): string {
  const [token] = useState(() => {
    const found = location.hash.slice(1);
    if (found) history.replaceState(history.state, "", location.pathname);
    return found;
  });
  return token;
}
