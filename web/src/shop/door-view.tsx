// The code as large as the screen allows, dark on white, with the screen kept awake: to be shown at the door.

import { useEffect, useRef, useState } from "preact/hooks";
import { number, when } from "../words/locale";
import { Icon } from "./icons";
import { qrImage } from "./qr";
import { useWords } from "./speech";
import type { OwnedTicket } from "./tickets";

export function DoorView({ first, tickets, onClose }: { first: OwnedTicket; tickets: readonly OwnedTicket[]; onClose(): void }) {
  const { locale, words } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [at, setAt] = useState(() => Math.max(0, tickets.findIndex(({ id }) => id === first.id)));
  const ticket = tickets[at] ?? first;
  const place = ticket.seat ?? ticket.ticketType.name;
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(keepAwake, []);
  const step = (by: number): void => setAt((was) => Math.min(tickets.length - 1, Math.max(0, was + by)));
  const onKey = (event: KeyboardEvent): void => {
    const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") step(event.key === forward ? 1 : -1);
  };
  return (
    <dialog ref={dialog} class="door" aria-label={words.doorTitle} onClose={onClose} onKeyDown={onKey}>
      <header>
        <p class="door-title"><bdi>{ticket.session.event.title}</bdi></p>
        <button type="button" class="plain round" aria-label={words.close} onClick={() => dialog.current?.close()}><Icon name="close" size={26} /></button>
      </header>
      <img src={qrImage(ticket.qrSvg ?? "")} alt={words.qr(place)} />
      <div class="door-text" aria-live="polite">
        <p class="door-place"><bdi>{place}</bdi></p>
        <p>{ticket.seat && <bdi>{ticket.ticketType.name}</bdi>}</p>
        <p>{when(locale, ticket.session.startsAt, ticket.session.timezone)}</p>
      </div>
      {tickets.length > 1 && (
        <footer>
          <button type="button" class="plain round" aria-label={words.previous} disabled={at === 0} onClick={() => step(-1)}><span class="backwards"><Icon name="chevron" size={26} turns /></span></button>
          <span>{words.doorCount(number(locale, at + 1), number(locale, tickets.length))}</span>
          <button type="button" class="plain round" aria-label={words.following} disabled={at === tickets.length - 1} onClick={() => step(1)}><Icon name="chevron" size={26} turns /></button>
        </footer>
      )}
    </dialog>
  );
}

/** A phone that goes dark in the queue is no ticket. */
function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let ended = false;
  const take = (): void => {
    if (document.visibilityState === "visible")
      navigator.wakeLock?.request("screen").then((got) => (ended ? void got.release() : (lock = got)), () => undefined);
  };
  take();
  document.addEventListener("visibilitychange", take);
  return () => {
    ended = true;
    document.removeEventListener("visibilitychange", take);
    void lock?.release();
  };
}
