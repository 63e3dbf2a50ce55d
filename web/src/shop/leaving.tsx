// Taking one's data along, and deleting the account.

import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../client/transport";
import { DeleteAccountDocument, ExportMyDataDocument } from "../generated";
import { forget } from "./account";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import { PasswordField, SendButton, TroubleLine } from "./fields";
import { notify } from "./notices";
import { go } from "./router";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function Download() {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);

  async function download(): Promise<Trouble> {
    const { exportMyData } = await ask(client, ExportMyDataDocument, {});
    if (exportMyData.__typename !== "DataExport") return accountRefusal(locale, exportMyData);
    save(`usher-${exportMyData.readAt.slice(0, 10)}.json`, exportMyData.json);
    return null;
  }

  return (
    <>
      <TroubleLine trouble={trouble} />
      <div class="choices"><button type="button" class="plain" disabled={busy} onClick={() => void run(download)}>{busy ? words.downloading : words.download}</button></div>
    </>
  );
}

function save(name: string, json: string): void {
  const address = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function Leave() {
  const { words } = useWords();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div class="choices"><button type="button" class="danger" onClick={() => setAsking(true)}>{words.leaveNow}</button></div>
      {asking && <LeaveDialog onClose={() => setAsking(false)} />}
    </>
  );
}

function LeaveDialog({ onClose }: { onClose(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [tickets, setTickets] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);

  async function leave(form: EventTarget | null): Promise<Trouble> {
    const input = { password: given(form, "password"), leaveTickets: given(form, "leaveTickets") === "on" };
    const { deleteAccount } = await ask(client, DeleteAccountDocument, { input });
    if (deleteAccount.__typename === "TicketsStillValid") {
      setTickets(deleteAccount.count);
      return null;
    }
    if (deleteAccount.__typename !== "AccountDeleted") return accountRefusal(locale, deleteAccount);
    dialog.current?.close();
    forget();
    notify(words.left);
    go("/");
    return null;
  }

  return (
    <dialog ref={dialog} class="asking" aria-labelledby="leave-title" onClose={onClose}>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => leave(form)); }}>
        <h2 id="leave-title">{words.leaveTitle}</h2>
        <p class="quiet">{words.leaveText} <strong>{words.leaveForGood}</strong></p>
        <PasswordField name="password" label={words.currentPassword} />
        {tickets > 0 && (
          <div class="hint warn tickets-left" role="alert">
            <p><strong>{words.leaveTickets(tickets)}</strong> {words.leaveTicketsHint}</p>
            <label class="tick"><input type="checkbox" name="leaveTickets" required /> {words.leaveTicketsYes}</label>
          </div>
        )}
        <TroubleLine trouble={trouble} />
        <div class="choices">
          <button type="button" class="plain" autofocus onClick={() => dialog.current?.close()}>{words.leaveNot}</button>
          <SendButton danger busy={busy} doing={words.leaving}>{words.leaveYes}</SendButton>
        </div>
      </form>
    </dialog>
  );
}
