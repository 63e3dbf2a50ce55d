// The bar on every page: home, search, basket, account, language.

import { useEffect, useRef, useState } from "preact/hooks";
import { clockFace } from "../client/countdown";
import { number } from "../words/locale";
import { signOut } from "./account";
import { soonest } from "./basket-store";
import { useTicks } from "./countdown";
import { ALL, filtersOf, queryOf } from "./filters";
import { Icon } from "./icons";
import { Menu } from "./menu";
import { notify } from "./notices";
import { go, type Place } from "./router";
import { useBasket, useShop } from "./shop-context";
import { useSpeech, useWords } from "./speech";

export function Header({ place }: { place: Place }) {
  const { words } = useWords();
  return (
    <header class={place.path === "/" ? "bar" : "bar elsewhere"}>
      <a class="brand" href="/" aria-label={words.home}>
        <svg aria-hidden="true" viewBox="0 0 32 32" width="32" height="32"><rect width="32" height="32" rx="8" fill="#0f766e" /><path d="M9 8v9a7 7 0 0 0 14 0V8" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" /></svg>
        <span>Usher</span>
      </a>
      <Search place={place} />
      <nav aria-label={words.account}>
        <a class="chip-button find" href="/" aria-label={words.search}><Icon name="search" /></a>
        <Language />
        <BasketChip />
        <AccountCorner />
      </nav>
    </header>
  );
}

const TYPING = 300;

function Search({ place }: { place: Place }) {
  const { words } = useWords();
  const filters = place.path === "/" ? filtersOf(place.search) : ALL;
  const [text, setText] = useState(filters.search);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (document.activeElement !== field.current || place.path !== "/" || filters.search !== text.trim()) setText(filters.search);
  }, [filters.search, place.path]);

  function search(now: string, replace: boolean): void {
    clearTimeout(timer.current);
    const to = `/${queryOf({ ...filters, search: now })}`;
    if (to !== location.pathname + location.search) go(to, { replace, stay: place.path === "/" });
  }
  function type(now: string): void {
    setText(now);
    clearTimeout(timer.current);
    // The first letter is a step in the history, the others belong to it.
    if (place.path === "/") timer.current = setTimeout(() => search(now, filters.search !== ""), TYPING);
  }

  return (
    <form class="search" role="search" onSubmit={(event) => { event.preventDefault(); search(text, place.path === "/" && filters.search !== ""); }}>
      <label>
        <span class="only-heard">{words.search}</span>
        <Icon name="search" />
        <input ref={field} type="search" name="q" value={text} maxLength={200} placeholder={words.search} enterkeyhint="search" onInput={(event) => type(event.currentTarget.value)} />
      </label>
    </form>
  );
}

function BasketChip() {
  const { locale, words } = useWords();
  const { held } = useBasket();
  const first = soonest(held);
  useTicks(first !== null);
  const left = first ? clockFace(first.deadline.left(), locale) : "";
  return (
    <a class={`chip-button${held.length ? " filled" : ""}`} href="/basket">
      <Icon name="basket" />
      <span class="only-heard">{held.length ? words.basketChip(held.length, left) : words.basketEmpty}</span>
      {held.length > 0 && <b class="count" aria-hidden="true">{number(locale, held.length)}</b>}
      {left && <bdi class="left" aria-hidden="true">{left}</bdi>}
    </a>
  );
}

function AccountCorner() {
  const { words } = useWords();
  const { user, askToSignIn } = useShop();
  if (!user) return <button type="button" class="sign-in-button" onClick={askToSignIn}>{words.signIn}</button>;
  return (
    <Menu label={`${words.account}: ${user.email}`} icon={<><Icon name="person" /><span class="who">{user.email.split("@")[0]}</span><Icon name="down" size={14} /></>}>
      <p class="quiet small">{words.signedInAs}<br /><b dir="ltr">{user.email}</b></p>
      <a href="/tickets"><Icon name="ticket" />{words.myTickets}</a>
      <a href="/account"><Icon name="person" />{words.myAccount}</a>
      {user.roles.includes("GATE") && <a href="/gate"><Icon name="seat" />{words.gate}</a>}
      <button type="button" class="plain" onClick={() => { signOut(); notify(words.signedOut); }}>{words.signOut}</button>
    </Menu>
  );
}

function Language() {
  const { locale, speak } = useSpeech();
  const { words } = useWords();
  const other = locale === "en" ? "ar" : "en";
  return (
    <button type="button" class="plain chip-button language" lang={other} aria-label={words.otherLanguage} onClick={() => speak(other)}>
      <Icon name="globe" />
      <span>{words.otherLanguage}</span>
    </button>
  );
}
