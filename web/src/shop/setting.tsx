// One part of the account's page: what it is about beside what can be done.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Setting({ title, text, children }: { title: string; text: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="card setting" aria-labelledby={id}>
      <header><h2 id={id}>{title}</h2><p class="quiet">{text}</p></header>
      <div class="setting-body">{children}</div>
    </section>
  );
}
