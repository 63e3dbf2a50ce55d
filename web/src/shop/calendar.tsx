// A session as a file for somebody's calendar.

import { useState } from "preact/hooks";
import { ask } from "../client/transport";
import { SessionCalendarDocument } from "../generated";
import { Icon } from "./icons";
import { notify } from "./notices";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function CalendarButton({ sessionId, slug }: { sessionId: string; slug: string }) {
  const { words } = useWords();
  const { client } = useShop();
  const [busy, setBusy] = useState(false);

  async function download(): Promise<void> {
    setBusy(true);
    try {
      const { session } = await ask(client, SessionCalendarDocument, { id: sessionId });
      if (!session) throw new Error("no session");
      save(session.calendar, `${slug}.ics`);
    } catch {
      notify(words.calendarFailed, "bad");
    }
    setBusy(false);
  }

  return (
    <button type="button" class="plain" disabled={busy} onClick={() => void download()}>
      <Icon name="calendar" />
      {words.calendarFile}
    </button>
  );
}

function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
