// Where somebody gets an account; afterwards they are signed in, and asked to look into their mail.

import { useState } from "preact/hooks";
import { ask } from "../client/transport";
import { RegisterDocument } from "../generated";
import { nobodysClient, signIn } from "./account";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import { AccountCard, DemoMails } from "./account-card";
import { BirthDateField, EmailField, PasswordField, SendButton, TroubleLine } from "./fields";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function RegisterPage() {
  const { locale, words } = useWords();
  const { askToSignIn } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [sent, setSent] = useState<{ email: string; signedIn: boolean } | null>(null);

  async function register(form: EventTarget | null): Promise<Trouble> {
    const password = given(form, "password");
    const input = { email: given(form, "email"), password, birthDate: given(form, "birthDate") || null, language: locale === "ar" ? ("AR" as const) : ("EN" as const) };
    const { register } = await ask(nobodysClient, RegisterDocument, { input });
    if (register.__typename !== "RegistrationReceived") return accountRefusal(locale, register);
    setSent({ email: register.email, signedIn: (await signIn(register.email, password)) === "signed-in" });
    return null;
  }

  if (sent)
    return (
      <AccountCard icon="mail" title={words.checkMail} text={words.checkMailText(sent.email)}>
        <p>{sent.signedIn ? words.checkMailIn : words.checkMailOut}</p>
        <div class="choices"><a class="button" href="/">{words.toEvents}</a><DemoMails /></div>
      </AccountCard>
    );
  return (
    <AccountCard icon="person" title={words.register} text={words.registerText}>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => register(form)); }}>
        <EmailField label={words.email} />
        <PasswordField name="password" label={words.password} chosen />
        <BirthDateField />
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.registering}>{words.register}</SendButton>
      </form>
      <p class="quiet beneath">{words.haveAccount} <button type="button" class="link" onClick={askToSignIn}>{words.signIn}</button></p>
    </AccountCard>
  );
}
