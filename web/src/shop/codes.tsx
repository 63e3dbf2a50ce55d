// What a second factor shows and asks for: the app's secret, its codes, and the recovery codes.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Locale } from "../words/locale";
import { qrImage } from "./qr";
import { SIGN_IN_WORDS } from "./sign-in-words";

export function AppSecret({ locale, secret, qrSvg }: { locale: Locale; secret: string; qrSvg: string }) {
  const words = SIGN_IN_WORDS[locale];
  return (
    <div class="app-secret">
      <img src={qrImage(qrSvg)} alt={words.qr} width={176} height={176} />
      <p><span class="quiet">{words.secret}</span><code dir="ltr">{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code></p>
    </div>
  );
}

export function CodeField({ locale, focus = false, name = "code" }: { locale: Locale; focus?: boolean; name?: string }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  return (
    <label class="field">
      <span>{SIGN_IN_WORDS[locale].code}</span>
      <input ref={field} class="code" name={name} autocomplete="one-time-code" autocapitalize="off" spellcheck={false} dir="ltr" maxLength={40} required />
    </label>
  );
}

export function RecoveryCodes({ locale, codes, done }: { locale: Locale; codes: readonly string[]; done(): void }) {
  const words = SIGN_IN_WORDS[locale];
  const [copied, setCopied] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="recovery">
      <h3 ref={heading} tabIndex={-1}>{words.recovery}</h3>
      <p class="quiet">{words.recoveryText}</p>
      <ol dir="ltr">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ol>
      <div class="choices">
        <button type="button" onClick={done}>{words.saved}</button>
        {navigator.clipboard && <button type="button" class="plain" onClick={() => void navigator.clipboard.writeText(codes.join("\n")).then(() => setCopied(true))}>{copied ? words.copied : words.copy}</button>}
      </div>
    </section>
  );
}
