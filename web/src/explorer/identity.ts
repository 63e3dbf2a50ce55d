// Who asks: nobody, a token that somebody pasted, or an account that was signed in and renews its token by itself.

import type { Client } from "@urql/core";
import { ask } from "../client/transport";
import { ExplorerRenewDocument, ExplorerSignInDocument, type ExplorerTokensFragment } from "../generated";
import { makeStore, type Store } from "./store";

export interface Identity {
  readonly token: string;
  readonly email: string | null;
  readonly refreshToken: string | null;
  /** When the token came, by this machine's clock: only the difference counts. */
  readonly since: number;
}

export interface Identities extends Pick<Store<Identity>, "get" | "listen"> {
  paste(token: string): void;
  /** Throws `Unreachable`, `Refused`; returns why not, or null. */
  signIn(email: string, password: string): Promise<string | null>;
  /** Takes over tokens that an answer brought. */
  adopt(answer: unknown): void;
  /** Before something is asked: a token of an account that is about to end is made new. */
  renewed(): Promise<Identity>;
}

const NOBODY: Identity = { token: "", email: null, refreshToken: null, since: 0 };
const KEPT = "usher-explorer-identity";
/** Tokens live ten minutes. */
const RENEW_AFTER = 5 * 60_000;

export function makeIdentities(client: Client, storage: Pick<Storage, "getItem" | "setItem"> = sessionStorage): Identities {
  const store = makeStore(readIdentity(storage.getItem(KEPT)));
  const keep = (identity: Identity): void => {
    storage.setItem(KEPT, JSON.stringify(identity));
    store.set(identity);
  };
  const take = (tokens: ExplorerTokensFragment): void =>
    keep({ token: tokens.accessToken, email: tokens.user.email, refreshToken: tokens.refreshToken, since: Date.now() });
  let renewing: Promise<void> | null = null;

  async function renew(refreshToken: string): Promise<void> {
    const { refresh } = await ask(client, ExplorerRenewDocument, { refreshToken });
    if (refresh.__typename === "AuthTokens") take(refresh);
    else if (refresh.__typename === "InvalidCredentials") keep(NOBODY);
  }

  return {
    get: store.get,
    listen: store.listen,
    paste: (token) => keep({ ...NOBODY, token: token.trim().replace(/^bearer\s+/i, "") }),
    async signIn(email, password) {
      const { login } = await ask(client, ExplorerSignInDocument, { input: { email, password } });
      if (login.__typename === "SecondFactorRequired") return "This account has a second factor: sign in in the shop, or with completeLogin.";
      if (login.__typename !== "AuthTokens") return login.message;
      take(login);
      return null;
    },
    adopt(answer) {
      const found = tokensIn(answer);
      if (found) keep({ ...found, since: Date.now() });
    },
    async renewed() {
      const { refreshToken, since } = store.get();
      if (refreshToken && Date.now() - since > RENEW_AFTER) await (renewing ??= renew(refreshToken).finally(() => (renewing = null)));
      return store.get();
    },
  };
}

function readIdentity(text: string | null): Identity {
  const read: unknown = text ? JSON.parse(text) : null;
  return typeof read === "object" && read !== null && "token" in read ? (read as Identity) : NOBODY;
}

/** From the answer of a login or a refresh, whatever its fields were named there. */
function tokensIn(answer: unknown): Omit<Identity, "since"> | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { accessToken, refreshToken, user } = answer as { accessToken?: unknown; refreshToken?: unknown; user?: { email?: unknown } };
  if (typeof accessToken === "string")
    return { token: accessToken, email: typeof user?.email === "string" ? user.email : null, refreshToken: typeof refreshToken === "string" ? refreshToken : null };
  for (const inner of Object.values(answer)) {
    const found = tokensIn(inner);
    if (found) return found;
  }
  return null;
}
