// What this device remembers of its gate: the session, the camera, whether it may be heard.

import { storage } from "../client/storage";

export interface Settings {
  /** The session that this gate admits to; "any" for every one; null while nobody has chosen. */
  readonly session: string | null;
  readonly muted: boolean;
  /** The camera that was chosen; null for the one at the back. */
  readonly camera: string | null;
  /** Whether the camera was on. */
  readonly scanning: boolean;
}

const KEPT = "usher-gate";
const FIRST: Settings = { session: null, muted: false, camera: null, scanning: false };

/** A link may name the session, for the house to send round: /gate?session=session_… */
export function openingSettings(): Settings {
  const named = new URLSearchParams(location.search).get("session");
  const kept = { ...FIRST, ...read() };
  if (!named) return kept;
  history.replaceState(null, "", location.pathname);
  const settings = { ...kept, session: named };
  keepSettings(settings);
  return settings;
}

export const keepSettings = (settings: Settings): void => storage.setItem(KEPT, JSON.stringify(settings));

function read(): Partial<Settings> {
  try {
    return JSON.parse(storage.getItem(KEPT) ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}
