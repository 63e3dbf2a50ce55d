// One thing to do or to know about an account, alone on its page.

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";
import { PageHeading } from "./router";
import { useDemo } from "./sign-in";
import { useWords } from "./speech";

export function AccountCard({ icon, title, text, children }: { icon: IconName; title: string; text?: string; children?: ComponentChildren }) {
  return (
    <section class="card account-card">
      <span class="empty-sign"><Icon name={icon} size={30} /></span>
      <PageHeading title={title} />
      {text && <p class="quiet">{text}</p>}
      {children}
    </section>
  );
}

/** A demo sends its mails to nobody: there they are. */
export function DemoMails() {
  const { words } = useWords();
  return useDemo() ? <a class="button plain" href="/demo/mails" target="_blank" rel="noopener">{words.demoMails}</a> : null;
}
