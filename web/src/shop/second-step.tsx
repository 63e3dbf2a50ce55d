// The second step of signing in: a code of the app; for who must have one and has none yet, setting it up.

import { useEffect, useState } from "preact/hooks";
import type { Locale } from "../words/locale";
import { type Challenge, completeSignIn, type Offer, offerAtSignIn, type Trouble } from "./account";
import { AppSecret, CodeField, RecoveryCodes } from "./codes";
import { SIGN_IN_WORDS } from "./sign-in-words";

export interface SecondStepProps extends Challenge {
  locale: Locale;
  done(): void;
  /** Back to the password; `why`, where the challenge was refused. */
  again(why: Trouble | null): void;
}

export function SecondStep({ locale, challenge, enrolled, done, again }: SecondStepProps) {
  const words = SIGN_IN_WORDS[locale];
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [offer, setOffer] = useState<Exclude<Offer, Trouble> | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!enrolled) void offerAtSignIn(challenge).then((came) => (typeof came === "string" ? again(came) : setOffer(came)));
  }, [challenge, enrolled]);

  async function complete(code: string): Promise<void> {
    setBusy(true);
    setTrouble(null);
    const came = await completeSignIn(challenge, code);
    setBusy(false);
    if (typeof came === "string") setTrouble(came);
    else if (came.codes.length) setCodes(came.codes);
    else done();
  }

  if (codes.length) return <RecoveryCodes locale={locale} codes={codes} done={done} />;
  return (
    <form onSubmit={(event) => { event.preventDefault(); void complete(String(new FormData(event.currentTarget).get("code"))); }}>
      {!enrolled && <><h3>{words.setUp}</h3><p class="quiet">{words.setUpText}</p></>}
      {offer && <AppSecret locale={locale} {...offer} />}
      {enrolled && <p class="quiet">{words.codeText}</p>}
      {(enrolled || offer) && <CodeField locale={locale} focus />}
      <p role="alert" class="trouble">{trouble && (trouble === "wrong" ? words.codeWrong : words[trouble])}</p>
      <div class="choices">
        <button disabled={busy || !(enrolled || offer)}>{busy ? words.entering : words.next}</button>
        <button type="button" class="plain" onClick={() => again(null)}>{words.backToPassword}</button>
      </div>
    </form>
  );
}
