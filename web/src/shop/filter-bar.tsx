// Narrowing down what is on: kind, city and dates. Everything is in the address.

import { useEffect, useState } from "preact/hooks";
import { ALL, anyOf, CATEGORIES, type Filters, queryOf, type Span, SPANS } from "./filters";
import { CityField } from "./city-field";
import { Icon } from "./icons";
import { go } from "./router";
import { useWords } from "./speech";

const change = (filters: Filters, part: Partial<Filters>): void => go(`/${queryOf({ ...filters, ...part })}`, { stay: true });

export function FilterBar({ filters }: { filters: Filters }) {
  const { words } = useWords();
  const [days, setDays] = useState(Boolean(filters.from || filters.to));
  useEffect(() => setDays((open) => (filters.span === "any" ? open || Boolean(filters.from || filters.to) : false)), [filters.from, filters.to, filters.span]);
  const shown: Span | "days" = days ? "days" : filters.span;

  function choose(span: Span | "days"): void {
    setDays(span === "days");
    if (span !== "days") change(filters, { span, from: "", to: "" });
    else if (filters.span !== "any") change(filters, { span: "any" });
  }

  return (
    <section class="filters" aria-label={words.filters}>
      <div class="pills" role="group" aria-label={words.category}>
        {[null, ...CATEGORIES].map((category) => (
          <button key={category} type="button" class="pill" aria-pressed={filters.category === category} onClick={() => change(filters, { category })}>
            {category ? words[category] : words.allCategories}
          </button>
        ))}
      </div>
      <div class="fields">
        <label>
          <span>{words.dates}</span>
          <select value={shown} onChange={(event) => choose(event.currentTarget.value as Span | "days")}>
            {[...SPANS, "days" as const].map((span) => <option key={span} value={span}>{span === "days" ? words.chooseDays : words[span]}</option>)}
          </select>
        </label>
        {days && (
          <>
            <label>
              <span>{words.from}</span>
              <input type="date" value={filters.from} max={filters.to || undefined} onChange={(event) => change(filters, { span: "any", from: event.currentTarget.value })} />
            </label>
            <label>
              <span>{words.to}</span>
              <input type="date" value={filters.to} min={filters.from || undefined} onChange={(event) => change(filters, { span: "any", to: event.currentTarget.value })} />
            </label>
          </>
        )}
        <CityField city={filters.city} choose={(city) => change(filters, { city })} />
        {anyOf(filters) && (
          <button type="button" class="plain clear" onClick={() => { setDays(false); go(`/${queryOf(ALL)}`, { stay: true }); }}>
            <Icon name="close" size={16} />
            {words.clear}
          </button>
        )}
      </div>
    </section>
  );
}
