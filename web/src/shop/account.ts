// The account of this browser: `auth` for everything that speaks to the API, signing in and out, and a hook.

import { useEffect, useState } from "preact/hooks";
import { storage } from "../client/storage";
import { ask, type Auth, makeClient, NOBODY, Refused, Unreachable } from "../client/transport";
import { CompleteSignInDocument, OfferAtSignInDocument, RenewTokensDocument, SignInDocument, SignOutDocument } from "../generated";
import { type Account, KEPT, makeAccounts } from "./tokens";

export type { Account };
export type Trouble = "wrong" | "too-often" | "busy" | "unreachable";
/** The password was right; without `enrolled` the account has to set a second factor up first. */
export interface Challenge { readonly challenge: string; readonly enrolled: boolean }
export type SignInOutcome = "signed-in" | Trouble | Challenge;
/** `codes`: recovery codes, where this has turned a second factor on. */
export type Completed = Trouble | { readonly codes: readonly string[] };
export type Offer = Trouble | { readonly secret: string; readonly qrSvg: string };

export const nobodysClient = makeClient("", NOBODY);

const accounts = makeAccounts({ storage, alone: makeAlone(), renewed });

export const auth: Auth = accounts;
export const account = accounts.current;
/** Signed in by something else than a password. */
export const keepAccount = (account: Account): void => accounts.keep(account);
/** Of what the server has ended already. */
export const forget = (): void => accounts.keep(null);

/** At once here; the server is told, and where it cannot be the tokens end by themselves. */
export function signOut(): void {
  const token = accounts.current()?.accessToken ?? null;
  accounts.keep(null);
  if (token) void ask(makeClient("", { token: () => token, renew: async () => undefined }), SignOutDocument, {}).catch(() => undefined);
}

/** What the server says the email is; it may have been changed elsewhere. */
export function emailIs(email: string): void {
  const now = accounts.current();
  if (now && now.user.email !== email) accounts.keep({ ...now, user: { ...now.user, email } });
}

if (typeof window !== "undefined")
  addEventListener("storage", ({ key }) => {
    if (key === KEPT || key === null) accounts.changedElsewhere();
  });

const REFUSED = { InvalidCredentials: "wrong", TooManyAttempts: "too-often", ServerBusy: "busy", NotAllowed: "wrong", SecondFactorRequired: "busy" } as const;

export const signIn = (email: string, password: string): Promise<SignInOutcome> =>
  answered(async () => {
    const { login } = await ask(nobodysClient, SignInDocument, { input: { email, password } });
    if (login.__typename === "SecondFactorRequired") return { challenge: login.challenge, enrolled: login.enrolled };
    if (login.__typename !== "AuthTokens") return REFUSED[login.__typename];
    keep(login);
    return "signed-in";
  });

/** By a code of the app, or a recovery code. */
export const completeSignIn = (challenge: string, code: string): Promise<Completed> =>
  answered(async () => {
    const { completeLogin } = await ask(nobodysClient, CompleteSignInDocument, { challenge, code });
    if (completeLogin.__typename !== "AuthTokens") return REFUSED[completeLogin.__typename];
    keep(completeLogin);
    return { codes: completeLogin.recoveryCodes };
  });

export const offerAtSignIn = (challenge: string): Promise<Offer> =>
  answered(async () => {
    const { offerSecondFactorAtLogin: offer } = await ask(nobodysClient, OfferAtSignInDocument, { challenge });
    return offer.__typename === "SecondFactorOffer" ? { secret: offer.secret, qrSvg: offer.qrSvg } : REFUSED[offer.__typename];
  });

function keep({ accessToken, refreshToken, user }: Account): void {
  accounts.keep({ accessToken, refreshToken, user });
}

async function answered<Answer>(asking: () => Promise<Answer>): Promise<Answer | "busy" | "unreachable"> {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof Unreachable) return "unreachable";
    if (error instanceof Refused) return "busy";
    throw error;
  }
}

/** Who is signed in now; renders again when that changes, in this tab or another. Renewed tokens change nothing. */
export function useAccount(): Account["user"] | null {
  const [user, setUser] = useState(() => account()?.user ?? null);
  useEffect(() => {
    const look = (): void => setUser((was) => (JSON.stringify(was) === JSON.stringify(account()?.user ?? null) ? was : (account()?.user ?? null)));
    look();
    return accounts.listen(look);
  }, []);
  return user;
}

async function renewed(refreshToken: string): Promise<Account | null> {
  const { refresh } = await ask(nobodysClient, RenewTokensDocument, { refreshToken });
  // Neither says that the token is bad: it is tried again later.
  if (refresh.__typename === "ServerBusy" || refresh.__typename === "TooManyAttempts") throw new Unreachable(refresh.message);
  return refresh.__typename === "AuthTokens" ? { accessToken: refresh.accessToken, refreshToken: refresh.refreshToken, user: refresh.user } : null;
}

/** Locks need a secure address; without one a tab at least waits for itself. */
function makeAlone(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    if (navigator.locks) return navigator.locks.request(KEPT, work);
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
