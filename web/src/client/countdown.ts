// Time left of a hold by the server's clock, on a clock that nobody sets.

import { type Locale, regional } from "../words/locale";

export interface Deadline {
  /** Milliseconds left, never negative. */
  left(): number;
}

export function deadline(expiresAt: string, serverTime: string): Deadline {
  const end = performance.now() + (Date.parse(expiresAt) - Date.parse(serverTime));
  return { left: () => Math.max(0, end - performance.now()) };
}

/** "4:05"; minutes and seconds, rounded up so that it says 0:00 only when it is over. */
export function clockFace(milliseconds: number, locale: Locale): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const two = new Intl.NumberFormat(regional(locale), { minimumIntegerDigits: 2, useGrouping: false });
  const one = new Intl.NumberFormat(regional(locale), { useGrouping: false });
  return `${one.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}
