// Who is signed in here, and the language.

import { signOut } from "../shop/account";
import { isDevice } from "./pairing";
import { useSpeech } from "./speech";

export function LanguageButton() {
  const { locale, words, speak } = useSpeech();
  const other = locale === "ar" ? "en" : "ar";
  return (
    <button type="button" class="plain" lang={other} onClick={() => speak(other)}>
      {words.language}
    </button>
  );
}

export function AccountLine({ email }: { email: string }) {
  const { words } = useSpeech();
  return (
    <footer class="account">
      <p class="quiet">
        {isDevice(email) ? words.pairedDevice : <>{words.signedInAs} <bdi>{email}</bdi></>}
      </p>
      <div class="choices">
        <LanguageButton />
        <button type="button" class="plain" onClick={signOut}>{words.signOut}</button>
      </div>
    </footer>
  );
}
