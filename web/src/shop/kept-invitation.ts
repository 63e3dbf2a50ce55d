// The invitation that somebody follows, kept in the tab while they sign in, register or reload: its link is not in the address any more.

import { tabStorage } from "../client/storage";

export interface KeptInvitation {
  readonly token: string;
  /** Whom it is for, once that is known. */
  readonly email?: string;
}

const KEPT = "usher-invitation";

export function keepInvitation(invitation: KeptInvitation | null): void {
  if (invitation) tabStorage.setItem(KEPT, JSON.stringify(invitation));
  else tabStorage.removeItem(KEPT);
}

/** What somebody's console left behind is none. */
export function keptInvitation(): KeptInvitation | null {
  try {
    const kept = JSON.parse(tabStorage.getItem(KEPT) ?? "null") as Partial<KeptInvitation> | null;
    return typeof kept?.token === "string" && kept.token ? (kept as KeptInvitation) : null;
  } catch {
    return null;
  }
}
