// Pairing: a device becomes a gate by a code that a manager reads out, so that nobody's password is needed at the door.

import { useEffect, useRef, useState } from "preact/hooks";
import { claimDevice, type PairingTrouble } from "./pairing";
import { useSpeech } from "./speech";

export function Pair({ onBack }: { onBack(): void }) {
  const { words } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<PairingTrouble | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget as HTMLFormElement).get("code")).trim();
    if (!code || busy) return;
    setBusy(true);
    setTrouble(null);
    const came = await claimDevice(code);
    setBusy(false);
    setTrouble(came);
    if (came) field.current?.select();
  }

  return (
    <form class="pair" onSubmit={(event) => void submit(event)}>
      <label>
        {words.pairCode}
        <input ref={field} name="code" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck={false} maxLength={40} placeholder="XXXX-XXXX" required aria-describedby="pair-hint" />
      </label>
      <p class="quiet" id="pair-hint">{words.pairHint}</p>
      <p role="alert" class="trouble">{trouble && words[trouble]}</p>
      <div class="choices">
        <button type="submit" class="large" disabled={busy}>{busy ? words.pairing : words.pair}</button>
        <button type="button" class="plain large" onClick={onBack}>{words.pairNot}</button>
      </div>
    </form>
  );
}
