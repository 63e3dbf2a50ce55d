// Before the gate: who is nobody yet signs in or types a pairing code in, who has not the role is told so.

import { useState } from "preact/hooks";
import { signOut } from "../shop/account";
import { SignIn } from "../shop/sign-in";
import { Symbol } from "./symbol";
import { useSpeech } from "./speech";
import { LanguageButton } from "./account-line";
import { Pair } from "./pair";

export function Welcome() {
  const { locale, words } = useSpeech();
  const [open, setOpen] = useState(false);
  const [pairing, setPairing] = useState(false);
  return (
    <main class="before">
      <Symbol name="ticket" />
      <h1>{pairing ? words.pairThis : words.signInTitle}</h1>
      {!pairing && <p class="quiet">{words.signInHint}</p>}
      {pairing ? <Pair onBack={() => setPairing(false)} /> : (
        <div class="choices">
          <button type="button" class="large" id="sign-in" onClick={() => setOpen(true)}>{words.signIn}</button>
          <button type="button" class="plain large" id="pair" onClick={() => setPairing(true)}>{words.pairThis}</button>
        </div>
      )}
      <LanguageButton />
      {open && <SignIn locale={locale} onClose={() => setOpen(false)} />}
    </main>
  );
}

export function NoRole({ email }: { email: string }) {
  const { words } = useSpeech();
  return (
    <main class="before">
      <Symbol name="out" />
      <div role="alert">
        <h1>{words.noRoleTitle}</h1>
        <p>{words.noRole(email)}</p>
      </div>
      <div class="choices">
        <button type="button" class="large" onClick={signOut}>{words.otherAccount}</button>
        <a class="button plain" href="/">{words.toShop}</a>
        <LanguageButton />
      </div>
    </main>
  );
}
