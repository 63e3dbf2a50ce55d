// The fields of forms about accounts.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Trouble } from "./account-refusals";
import { useWords } from "./speech";

export function EmailField({ name = "email", label, value }: { name?: string; label: string; value?: string | undefined }) {
  return (
    <label class="field">
      <span>{label}</span>
      <input type="email" name={name} autocomplete="username" dir="ltr" maxLength={254} required {...(value ? { defaultValue: value } : {})} />
    </label>
  );
}

export function PasswordField({ name, label, chosen = false }: { name: string; label: string; /** It is a new one. */ chosen?: boolean }) {
  const { words } = useWords();
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="with-button">
        <input id={id} {...(shown ? ({ type: "text" } as const) : ({ type: "password" } as const))} name={name} autocomplete={chosen ? "new-password" : "current-password"} dir="ltr" required
          maxLength={128} spellcheck={false} autocapitalize="off" aria-describedby={chosen ? `${id}-hint` : undefined} />
        <button type="button" class="plain" aria-pressed={shown} aria-controls={id} onClick={() => setShown(!shown)}>{shown ? words.hidePassword : words.showPassword}</button>
      </span>
      {chosen && <small id={`${id}-hint`} class="quiet">{words.passwordHint}</small>}
    </div>
  );
}

const today = (): string => new Date().toISOString().slice(0, 10);

export function BirthDateField({ required = false }: { required?: boolean }) {
  const { words } = useWords();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.birthDate}{!required && <span class="quiet"> ({words.optional})</span>}</label>
      <input id={id} type="date" name="birthDate" autocomplete="bday" min="1900-01-01" max={today()} required={required} aria-describedby={`${id}-hint`} />
      <small id={`${id}-hint`} class="quiet">{words.birthDateHint}</small>
    </div>
  );
}

export function SendButton({ busy, children, doing, danger = false }: { busy: boolean; children: ComponentChildren; doing: string; danger?: boolean }) {
  return <button class={danger ? "danger" : ""} disabled={busy}>{busy ? doing : children}</button>;
}

export const TroubleLine = ({ trouble }: { trouble: Trouble }) => <p role="alert" class="trouble">{trouble}</p>;
