// What a page shows when it has nothing to show: waiting, empty, failed, signed out.

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";
import { PageHeading } from "./router";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function Empty({ icon, title, text, page = false, children }: { icon: IconName; title: string; text?: string | undefined; /** It is all there is: its title is the page's. */ page?: boolean; children?: ComponentChildren }) {
  return (
    <section class="empty">
      <span class="empty-sign"><Icon name={icon} size={36} /></span>
      {page ? <PageHeading title={title} /> : <h2>{title}</h2>}
      {text && <p class="quiet">{text}</p>}
      {children && <div class="choices">{children}</div>}
    </section>
  );
}

export function Failed({ why, again, page = false }: { why: "offline" | "server"; again(): void; page?: boolean }) {
  const { words } = useWords();
  return (
    <div role="alert">
      <Empty page={page} icon={why === "offline" ? "offline" : "alert"} title={words.failedTitle} text={why === "offline" ? words.failedOffline : words.failedServer}>
        <button type="button" onClick={again}>{words.tryAgain}</button>
      </Empty>
    </div>
  );
}

export function Lost() {
  const { words } = useWords();
  return (
    <Empty page icon="search" title={words.lostTitle} text={words.lostText}>
      <a class="button" href="/">{words.lostWay}</a>
    </Empty>
  );
}

export function SignedOut({ title, text, icon }: { title: string; text: string; icon: IconName }) {
  const { words } = useWords();
  const { askToSignIn } = useShop();
  return (
    <Empty page icon={icon} title={title} text={text}>
      <button type="button" onClick={askToSignIn}>{words.signIn}</button>
      <a class="button plain" href="/">{words.allEvents}</a>
    </Empty>
  );
}

/** Grey shapes where the content will be; said once as "loading". */
export function Waiting({ shape, count = 1 }: { shape: "card" | "row" | "ticket" | "page" | "map"; count?: number }) {
  const { words } = useWords();
  return (
    <div class={`waiting waiting-${shape}s`} role="status">
      <span class="only-heard">{words.loading}</span>
      {Array.from({ length: count }, (_, at) => <div key={at} class={`bone bone-${shape}`} aria-hidden="true" />)}
    </div>
  );
}
