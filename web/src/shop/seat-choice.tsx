// The seat map in the shop: loaded when it is needed, with our account, and joined to the basket.

import { useEffect, useRef, useState } from "preact/hooks";
import type { SeatMapElement } from "../widget/element";
import { auth } from "./account";
import { go } from "./router";
import { seatsOf } from "./routes";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import { Empty, Waiting } from "./states";

export function SeatChoice({ sessionId, search, seated }: { sessionId: string; search: string; seated: boolean }) {
  const { locale, words } = useWords();
  const { basket, user, askToSignIn } = useShop();
  const home = useRef<HTMLDivElement>(null);
  const map = useRef<SeatMapElement | null>(null);
  const [state, setState] = useState<"loading" | "ready" | "failed">("loading");

  const load = (): (() => void) => {
    let gone = false;
    setState("loading");
    import("../widget/main").then(
      () => {
        if (gone || !home.current) return;
        const element = document.createElement("usher-seat-map");
        element.setAttribute("session", sessionId);
        element.setAttribute("lang", locale);
        element.auth = auth;
        home.current.replaceChildren(element);
        element.select(seatsOf(search));
        map.current = element;
        setState("ready");
      },
      () => !gone && setState("failed"),
    );
    return () => {
      gone = true;
      map.current?.remove();
      map.current = null;
    };
  };
  useEffect(load, [sessionId]);
  useEffect(() => map.current?.setAttribute("lang", locale), [locale]);
  useEffect(() => void map.current?.refresh(), [user?.id]);

  useEffect(() => {
    const part = home.current;
    const refresh = (): void => void basket.refresh();
    const take = (event: Event): void => {
      event.preventDefault();
      if (event.type === "usher-sign-in") askToSignIn();
      else void basket.refresh().then(() => go("/basket"));
    };
    const changes = ["usher-hold", "usher-release", "usher-expired"], wishes = ["usher-sign-in", "usher-checkout"];
    for (const name of changes) part?.addEventListener(name, refresh);
    for (const name of wishes) part?.addEventListener(name, take);
    return () => {
      for (const name of changes) part?.removeEventListener(name, refresh);
      for (const name of wishes) part?.removeEventListener(name, take);
    };
  }, [basket, askToSignIn]);

  return (
    <section class={seated ? "seat-choice seated" : "seat-choice"} aria-label={words.mapTitle}>
      {state === "loading" && <Waiting shape="map" />}
      {state === "failed" && <Empty icon="offline" title={words.mapFailed} text={words.failedOffline}><button type="button" onClick={() => location.reload()}>{words.tryAgain}</button></Empty>}
      <div ref={home} hidden={state !== "ready"} />
    </section>
  );
}
