// Who is signed in, kept for all tabs. A refresh token works once, so it is only ever used alone and read anew before.

import type { Keeping } from "../client/storage";
import type { Auth } from "../client/transport";
import type { AuthPartsFragment } from "../generated";

export type Account = Omit<AuthPartsFragment, "__typename">;

export interface Surroundings {
  storage: Keeping;
  /** Runs `work` while nobody else, in any tab, runs theirs. */
  alone(work: () => Promise<void>): Promise<void>;
  /** New tokens; null where the old one is refused. Throws where nobody answered. */
  renewed(refreshToken: string): Promise<Account | null>;
}

export interface Accounts extends Auth {
  current(): Account | null;
  keep(account: Account | null): void;
  /** Tells the listeners of a change that another tab made. */
  changedElsewhere(): void;
  /** Returns the way to stop listening. */
  listen(listener: () => void): () => void;
}

export const KEPT = "usher-account";

export function makeAccounts({ storage, alone, renewed }: Surroundings): Accounts {
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());

  function keep(account: Account | null): void {
    if (account) storage.setItem(KEPT, JSON.stringify(account));
    else storage.removeItem(KEPT);
    tell();
  }

  const current = (): Account | null => readAccount(storage.getItem(KEPT));

  async function renew(): Promise<void> {
    const before = current()?.refreshToken;
    if (!before) return;
    await alone(async () => {
      if (current()?.refreshToken !== before) return; // Somebody was quicker: another request, or another tab.
      const account = await renewed(before);
      if (current()?.refreshToken === before) keep(account);
    });
  }

  return {
    current, keep, renew, changedElsewhere: tell,
    token: () => current()?.accessToken ?? null,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What an older version, or somebody's console, left behind is nobody. */
export function readAccount(kept: string | null): Account | null {
  try {
    const account = JSON.parse(kept ?? "null") as Partial<Account> | null;
    return account?.accessToken && account.refreshToken && Array.isArray(account.user?.roles) ? (account as Account) : null;
  } catch {
    return null;
  }
}
