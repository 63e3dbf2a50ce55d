// The dialog in which somebody signs in; in a demo with one click.

import { useEffect, useRef, useState } from "preact/hooks";
import { directionOf, type Locale } from "../words/locale";
import { type Challenge, signIn, type Trouble } from "./account";
import { SecondStep } from "./second-step";
import { SIGN_IN_WORDS } from "./sign-in-words";
import "./sign-in.css";

interface Demo {
  accounts: { email: string }[];
  password: string;
}

export interface SignInProps {
  locale: Locale;
  /** Once, when the dialog is done with. */
  onClose(signedIn: boolean): void;
}

export function SignIn({ locale, onClose }: SignInProps) {
  const words = SIGN_IN_WORDS[locale];
  const dialog = useRef<HTMLDialogElement>(null);
  const done = useRef(false);
  const demo = useDemo();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  useEffect(() => dialog.current?.showModal(), []);

  async function enter(email: string, password: string): Promise<void> {
    setBusy(true);
    setTrouble(null);
    const came = await signIn(email, password);
    setBusy(false);
    if (came === "signed-in") finish();
    else if (typeof came === "string") setTrouble(came);
    else setChallenge(came);
  }

  function finish(): void {
    done.current = true;
    dialog.current?.close();
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    void enter(String(given.get("email")), String(given.get("password")));
  }

  return (
    <dialog ref={dialog} class="sign-in" lang={locale} dir={directionOf(locale)} aria-labelledby="sign-in-title" onClose={() => onClose(done.current)}>
      <header>
        <h2 id="sign-in-title">{words.title}</h2>
        <button type="button" class="plain round" aria-label={words.close} onClick={() => dialog.current?.close()}>
          <svg aria-hidden="true" viewBox="0 0 24 24" width="20" height="20"><path d="M6 6l12 12M18 6 6 18" stroke="currentColor" stroke-width="2" stroke-linecap="round" /></svg>
        </button>
      </header>
      {challenge ? <SecondStep locale={locale} {...challenge} done={finish} again={(why) => { setChallenge(null); setTrouble(why); }} /> : (
        <>
          {demo && (
            <section class="demo" aria-labelledby="sign-in-demo">
              <h3 id="sign-in-demo">{words.demo}</h3>
              <p class="quiet">{words.demoHint}</p>
              <ul>
                {demo.accounts.map(({ email }) => (
                  <li key={email}>
                    <button type="button" class="plain" dir="ltr" disabled={busy} onClick={() => void enter(email, demo.password)}>{email}</button>
                  </li>
                ))}
              </ul>
              <p class="quiet or">{words.or}</p>
            </section>
          )}
          <form onSubmit={submit}>
            <label>
              {words.email}
              <input type="email" name="email" autocomplete="username" dir="ltr" required />
            </label>
            <label>
              {words.password}
              <input type="password" name="password" autocomplete="current-password" dir="ltr" maxLength={128} required />
            </label>
            <p role="alert" class="trouble">{trouble && words[trouble]}</p>
            <div class="choices">
              <button disabled={busy}>{busy ? words.entering : words.enter}</button>
              <button type="button" class="plain" onClick={() => dialog.current?.close()}>{words.notNow}</button>
            </div>
          </form>
          <p class="other-ways">
            <a href="/register" onClick={() => dialog.current?.close()}>{words.register}</a>
            <a href="/forgot" onClick={() => dialog.current?.close()}>{words.forgot}</a>
          </p>
        </>
      )}
    </dialog>
  );
}

let asked: Promise<Demo | null> | undefined;

/** The accounts of a demo server; null in production. */
export function useDemo(): Demo | null {
  const [demo, setDemo] = useState<Demo | null>(null);
  useEffect(() => {
    asked ??= fetch("/demo.json").then((answer) => (answer.ok ? (answer.json() as Promise<Demo>) : null)).catch(() => null);
    void asked.then(setDemo);
  }, []);
  return demo;
}
