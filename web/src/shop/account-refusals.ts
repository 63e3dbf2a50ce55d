// What a refusal of anything about an account means for the person who met it, and a form that shows it.

import { useState } from "preact/hooks";
import { Refused, Unreachable } from "../client/transport";
import type { PasswordFault } from "../generated";
import type { Locale } from "../words/locale";
import { WORDS } from "./words";

export type AccountRefusal =
  | { __typename: "WeakPassword"; fault: PasswordFault }
  | { __typename: "InvalidInput"; path: readonly string[] }
  | { __typename: "TooManyAttempts"; retryAfterMs: number }
  | { __typename: "InvalidCredentials" | "LinkNotValid" | "MailUnavailable" | "NotAllowed" | "NotFound" | "LastOwner" | "ServerBusy" };

export function accountRefusal(locale: Locale, refusal: AccountRefusal): string {
  const words = WORDS[locale];
  switch (refusal.__typename) {
    case "WeakPassword": return words[`weak_${refusal.fault}`];
    case "InvalidInput": return refusal.path.at(-1) === "email" ? words.badEmail : words.badBirthDate;
    case "TooManyAttempts": return words.tooManyAttempts(Math.max(1, Math.ceil(refusal.retryAfterMs / 60_000)));
    case "InvalidCredentials": return words.wrongPassword;
    case "LinkNotValid": return words.linkBrokenText;
    case "MailUnavailable": return words.noMail;
    case "LastOwner": return words.lastOwner;
    case "NotFound":
    case "NotAllowed": return words.accountNotAllowed;
    case "ServerBusy": return words.accountBusy;
  }
}

/** What came between; null where nothing did. */
export type Trouble = string | null;

export interface Sending {
  readonly busy: boolean;
  readonly trouble: Trouble;
  run(work: () => Promise<Trouble>): Promise<void>;
}

/** One thing at a time; what it says of its outcome is shown until the next. */
export function useSending(locale: Locale): Sending {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>(null);
  async function run(work: () => Promise<Trouble>): Promise<void> {
    setBusy(true);
    setTrouble(null);
    try {
      setTrouble(await work());
    } catch (error) {
      if (error instanceof Unreachable) setTrouble(WORDS[locale].accountUnreachable);
      else if (error instanceof Refused) setTrouble(WORDS[locale].accountBusy);
      else throw error;
    } finally {
      setBusy(false);
    }
  }
  return { busy, trouble, run };
}

/** What a form says of one of its fields. */
export const given = (form: EventTarget | null, name: string): string => String(new FormData(form as HTMLFormElement).get(name) ?? "");
