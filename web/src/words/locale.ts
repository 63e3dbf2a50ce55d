// Which language, which direction, and how numbers, money and dates are written in it.

import { storage } from "../client/storage";

const LOCALES = ["en", "ar"] as const;
export type Locale = (typeof LOCALES)[number];

/** The words of one screen in every language; what the English says, the others must. */
export type Words<English> = Record<Locale, { readonly [Key in keyof English]: English[Key] extends (...given: infer Given) => string ? (...given: Given) => string : string }>;

const KEPT = "usher-locale";

const known = (tag: string | null | undefined): Locale | undefined => LOCALES.find((locale) => tag?.toLowerCase().split("-")[0] === locale);

/** What was chosen before, else the first known language of the browser, else English. */
export function preferredLocale(): Locale {
  return known(storage.getItem(KEPT)) ?? navigator.languages.map(known).find((locale) => locale) ?? "en";
}

export const localeOf = (tag: string | null): Locale => known(tag) ?? preferredLocale();

export const keepLocale = (locale: Locale): void => storage.setItem(KEPT, locale);

export const directionOf = (locale: Locale): "ltr" | "rtl" => (locale === "ar" ? "rtl" : "ltr");

/** The reader's own region of the language, if the browser names one: dates and digits differ by it. */
export const regional = (locale: Locale): string => (globalThis.navigator?.languages ?? []).find((tag) => known(tag) === locale) ?? locale;

export const number = (locale: Locale, value: number): string => new Intl.NumberFormat(regional(locale)).format(value);

/** "€49.90": `amount` is a decimal string and stays exact. */
export function money(locale: Locale, price: { amount: string; currency: string }): string {
  const format = new Intl.NumberFormat(regional(locale), { style: "currency", currency: price.currency });
  return format.format(price.amount as Intl.StringNumericLiteral);
}

/** Sums decimal strings of one currency in its smallest unit, so that nothing is rounded. */
export function total(prices: readonly { amount: string; currency: string }[]): { amount: string; currency: string } | null {
  const first = prices[0];
  if (!first) return null;
  const decimals = first.amount.split(".")[1]?.length ?? 0;
  const minor = prices.reduce((sum, price) => sum + BigInt(price.amount.replace(".", "")), 0n).toString().padStart(decimals + 1, "0");
  return { amount: decimals ? `${minor.slice(0, -decimals)}.${minor.slice(-decimals)}` : minor, currency: first.currency };
}

/** Date and time where it takes place, with the zone's name where the reader's clock says something else. */
export function when(locale: Locale, instant: string, timezone: string): string {
  const format = new Intl.DateTimeFormat(regional(locale), {
    weekday: "short", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", ...zoneOf(instant, timezone),
  });
  return format.format(new Date(instant));
}

/** The form of `forms` that goes with `count`; "other" has to be there. */
export function plural(locale: Locale, count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }): string {
  const form = forms[new Intl.PluralRules(locale).select(count)] ?? forms.other;
  return form.replace("#", number(locale, count));
}

/** The zone's name, where its clocks show another time then than the reader's own. */
function zoneOf(instant: string, timezone: string): Intl.DateTimeFormatOptions {
  const read = (zone: object): string => new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", ...zone }).format(new Date(instant));
  return { timeZone: timezone, ...(read({}) === read({ timeZone: timezone }) ? {} : { timeZoneName: "short" }) };
}

/** "Sat, Nov 21, 02:00 PM"; for lists. */
export function whenShort(locale: Locale, instant: string, timezone: string): string {
  const thisYear = dayOf(instant, timezone).slice(0, 4) === String(new Date().getFullYear());
  const format = new Intl.DateTimeFormat(regional(locale), {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", ...(thisYear ? {} : { year: "numeric" }), ...zoneOf(instant, timezone),
  });
  return format.format(new Date(instant));
}

export function time(locale: Locale, instant: string, timezone: string): string {
  return new Intl.DateTimeFormat(regional(locale), { hour: "2-digit", minute: "2-digit", ...zoneOf(instant, timezone) }).format(new Date(instant));
}

export const date = (locale: Locale, instant: string, timezone?: string): string =>
  new Intl.DateTimeFormat(regional(locale), { day: "numeric", month: "long", year: "numeric", ...(timezone ? { timeZone: timezone } : {}) }).format(new Date(instant));

/** The parts of a day, for a plate with the number large. */
export function plate(locale: Locale, instant: string, timezone: string): { weekday: string; day: string; month: string } {
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(regional(locale), { ...options, timeZone: timezone }).format(new Date(instant));
  return { weekday: part({ weekday: "short" }), day: part({ day: "numeric" }), month: part({ month: "short" }) };
}

/** "2027-01-31": the same for two instants of one day where it takes place. */
export const dayOf = (instant: string, timezone: string): string =>
  new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: timezone }).format(new Date(instant));

/** The first day of a week as people of this language have it: 1 is Monday, 7 is Sunday. */
export function firstDayOfWeek(locale: Locale): number {
  const own = new Intl.Locale(navigator.languages.find((tag) => known(tag) === locale) ?? locale) as Intl.Locale & { getWeekInfo?(): { firstDay: number }; weekInfo?: { firstDay: number } };
  return (own.getWeekInfo?.() ?? own.weekInfo)?.firstDay ?? 1;
}

/** "A, B and C" as the language joins it. */
export const list = (locale: Locale, parts: readonly string[]): string => new Intl.ListFormat(regional(locale), { type: "conjunction" }).format(parts);

/** "The Room, Kraków"; empty where it is not known. */
export const venueLine = (venue: { name: string; city: string | null } | null | undefined): string => [venue?.name, venue?.city].filter(Boolean).join(", ");

/** "02:04:11 PM": to the second, for what has just happened, and for people who are there. */
export const clock = (locale: Locale, instant: string, timezone: string): string =>
  new Intl.DateTimeFormat(regional(locale), { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: timezone }).format(new Date(instant));

/** "today", "tomorrow", or "Saturday, November 21": a heading over what takes place on one day. */
export function dayName(locale: Locale, instant: string, timezone: string, now = new Date()): string {
  const days = Math.round((Date.parse(dayOf(instant, timezone)) - Date.parse(dayOf(now.toISOString(), timezone))) / 86_400_000);
  if (Math.abs(days) < 2) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return new Intl.DateTimeFormat(regional(locale), { weekday: "long", day: "numeric", month: "long", timeZone: timezone }).format(new Date(instant));
}
