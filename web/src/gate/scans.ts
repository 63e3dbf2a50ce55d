// The last scans of this device, kept over a reload. Never the codes themselves: they let people in.

import { storage } from "../client/storage";
import type { Shown } from "./desk";
import type { Kind, Why } from "./verdict";

export const MOST = 20;

export interface Scan {
  readonly id: string;
  /** When it was shown, ISO 8601. */
  readonly at: string;
  readonly kind: Kind;
  readonly why: Why;
  readonly seat: string | null;
  readonly type: string | null;
  readonly title: string | null;
}

/** The newest first; a further answer to the same showing takes the place of the one before. */
export function noted(scans: readonly Scan[], shown: Shown, page: string): Scan[] {
  const { kind, why, ticket } = shown.verdict;
  const scan: Scan = {
    id: `${page}-${shown.id}`, at: new Date(shown.at).toISOString(), kind, why,
    seat: ticket?.seat ?? null, type: ticket?.type ?? null, title: ticket?.session.event.title ?? null,
  };
  return [scan, ...scans.filter(({ id }) => id !== scan.id)].slice(0, MOST);
}

const KEPT = "usher-gate-scans";

export function keptScans(): Scan[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? (kept as Scan[]).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export const keepScans = (scans: readonly Scan[]): void => storage.setItem(KEPT, JSON.stringify(scans));
