// The forms of the account's page: another email, another password, the date of birth, the confirmation once more.

import { useState } from "preact/hooks";
import { ask } from "../client/transport";
import { AskToVerifyDocument, ChangeEmailDocument, ChangePasswordDocument, SetBirthDateDocument } from "../generated";
import { date } from "../words/locale";
import { DemoMails } from "./account-card";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import { BirthDateField, EmailField, PasswordField, SendButton, TroubleLine } from "./fields";
import { notify } from "./notices";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function VerifyAgain({ changed }: { changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [sent, setSent] = useState<string | null>(null);

  async function send(): Promise<Trouble> {
    const { requestEmailVerification: came } = await ask(client, AskToVerifyDocument, {});
    if (came.__typename === "EmailVerified") changed();
    else if (came.__typename === "LinkMailed") setSent(came.email);
    else return accountRefusal(locale, came);
    return null;
  }

  return (
    <div class="once-more">
      {sent === null ? <button type="button" class="plain" disabled={busy} onClick={() => void run(send)}>{busy ? words.sending : words.verifyNow}</button> : <p class="hint good" role="status">{words.verifySent(sent)}</p>}
      <DemoMails />
      <TroubleLine trouble={trouble} />
    </div>
  );
}

export function ChangeEmail() {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [sent, setSent] = useState<string | null>(null);

  async function change(form: HTMLFormElement): Promise<Trouble> {
    const { changeEmail } = await ask(client, ChangeEmailDocument, { input: { email: given(form, "newEmail"), password: given(form, "password") } });
    if (changeEmail.__typename !== "LinkMailed") return accountRefusal(locale, changeEmail);
    setSent(changeEmail.email);
    form.reset();
    return null;
  }

  return (
    <details>
      <summary>{words.changeEmail}</summary>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => change(form)); }}>
        <p class="quiet small">{words.changeEmailText}</p>
        <EmailField name="newEmail" label={words.newEmail} />
        <PasswordField name="password" label={words.currentPassword} />
        {sent !== null && <p class="hint good" role="status">{words.verifySent(sent)}</p>}
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.sending}>{words.sendLink}</SendButton>
      </form>
    </details>
  );
}

export function ChangePassword({ email, changed }: { email: string; changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);

  async function change(form: HTMLFormElement): Promise<Trouble> {
    const input = { currentPassword: given(form, "current"), newPassword: given(form, "new") };
    const { changePassword } = await ask(client, ChangePasswordDocument, { input });
    if (changePassword.__typename !== "PasswordChanged") return accountRefusal(locale, changePassword);
    form.reset();
    notify(words.passwordChanged);
    changed();
    return null;
  }

  return (
    <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => change(form)); }}>
      <input class="only-heard" type="text" name="username" autocomplete="username" value={email} tabIndex={-1} aria-hidden="true" readOnly />
      <PasswordField name="current" label={words.currentPassword} />
      <PasswordField name="new" label={words.newPassword} chosen />
      <TroubleLine trouble={trouble} />
      <SendButton busy={busy} doing={words.saving}>{words.changePassword}</SendButton>
    </form>
  );
}

export function GiveBirthDate({ birthDate, changed }: { birthDate: string | null; changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);
  if (birthDate) return <p><b>{date(locale, `${birthDate}T12:00:00Z`, "UTC")}</b></p>;

  async function save(form: HTMLFormElement): Promise<Trouble> {
    const { setBirthDate } = await ask(client, SetBirthDateDocument, { day: given(form, "birthDate") });
    if (setBirthDate.__typename !== "BirthDateSet") return accountRefusal(locale, setBirthDate);
    notify(words.birthDateSaved);
    changed();
    return null;
  }

  return (
    <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => save(form)); }}>
      <BirthDateField required />
      <TroubleLine trouble={trouble} />
      <SendButton busy={busy} doing={words.saving}>{words.save}</SendButton>
    </form>
  );
}
