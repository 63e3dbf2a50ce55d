// What somebody looks for: in the address, and as the API's filter.

import type { EventCategory, EventFilter } from "../generated";

export const CATEGORIES = ["CONCERT", "THEATRE", "MOVIE", "SPORT", "CONFERENCE", "TRANSPORT", "OTHER"] as const satisfies readonly EventCategory[];
export const SPANS = ["any", "today", "week", "month"] as const;
export type Span = (typeof SPANS)[number];

export interface Filters {
  readonly search: string;
  readonly category: EventCategory | null;
  readonly city: string;
  readonly span: Span;
  /** Days as in 2027-01-31, where the visitor is; they count only where `span` is "any". */
  readonly from: string;
  readonly to: string;
}

export const ALL: Filters = { search: "", category: null, city: "", span: "any", from: "", to: "" };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LONGEST = 200;

export function filtersOf(query: string): Filters {
  const given = new URLSearchParams(query);
  const text = (name: string): string => (given.get(name) ?? "").slice(0, LONGEST);
  const day = (name: string): string => (DAY.test(text(name)) && !Number.isNaN(Date.parse(text(name))) ? text(name) : "");
  const span = SPANS.find((one) => one === text("when")) ?? "any";
  const from = span === "any" ? day("from") : "";
  const to = span === "any" ? day("to") : "";
  return { search: text("q").trim(), category: CATEGORIES.find((one) => one === text("category")) ?? null, city: text("city").trim(), span, from, to };
}

/** "" for all; otherwise beginning with "?". */
export function queryOf({ search, category, city, span, from, to }: Filters): string {
  const query = new URLSearchParams();
  if (search.trim()) query.set("q", search.trim());
  if (category) query.set("category", category);
  if (city.trim()) query.set("city", city.trim());
  if (span !== "any") query.set("when", span);
  if (span === "any" && from) query.set("from", from);
  if (span === "any" && to) query.set("to", to);
  const text = query.toString();
  return text && `?${text}`;
}

export const anyOf = (filters: Filters): boolean => queryOf(filters) !== "";

/** `firstDay` of the week as in Intl: 1 is Monday, 7 is Sunday. */
export function eventFilter(filters: Filters, now: Date, firstDay: number): EventFilter {
  const { after, before } = limits(filters, now, firstDay);
  return {
    search: filters.search || null, category: filters.category, city: filters.city || null,
    startsAfter: after?.toISOString() ?? null, startsBefore: before?.toISOString() ?? null,
  };
}

function limits({ span, from, to }: Filters, now: Date, firstDay: number): { after: Date | null; before: Date | null } {
  const later = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const weekday = now.getDay() || 7;
  if (span === "today") return { after: now, before: later(1) };
  if (span === "week") return { after: now, before: later(7 - ((weekday - firstDay + 7) % 7)) };
  if (span === "month") return { after: now, before: new Date(now.getFullYear(), now.getMonth() + 1, 1) };
  return { after: from ? midnight(from, 0) : null, before: to ? midnight(to, 1) : null };
}

/** The beginning of a day where the visitor is, `later` days on. */
function midnight(day: string, later: number): Date {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later);
}
