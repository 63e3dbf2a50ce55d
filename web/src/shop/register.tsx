// Where somebody gets an account; afterwards they are signed in, and asked to look into their mail.

import { useEffect, useState } from "preact/hooks";
import { ask } from "../client/transport";
import { RegisterDocument } from "../generated";
import { nobodysClient, signIn } from "./account";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import { AccountCard, DemoMails } from "./account-card";
import { BirthDateField, EmailField, PasswordField, SendButton, TroubleLine } from "./fields";
import { keptInvitation } from "./kept-invitation";
import { notify } from "./notices";
import { go } from "./router";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function RegisterPage() {
  const { locale, words } = useWords();
  const { user, askToSignIn } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [sent, setSent] = useState<{ email: string; signedIn: boolean } | null>(null);
  const [invitation] = useState(keptInvitation);
  useEffect(() => {
    if (user && invitation) go("/invitation", { replace: true });
  }, [user, invitation]);

  async function register(form: EventTarget | null): Promise<Trouble> {
    const password = given(form, "password");
    const input = { email: given(form, "email"), password, birthDate: given(form, "birthDate") || null, language: locale === "ar" ? ("AR" as const) : ("EN" as const) };
    const { register } = await ask(nobodysClient, RegisterDocument, { input });
    if (register.__typename !== "RegistrationReceived") return accountRefusal(locale, register);
    const signedIn = (await signIn(register.email, password)) === "signed-in";
    if (signedIn && invitation) notify(words.checkMailText(register.email));
    setSent({ email: register.email, signedIn });
    return null;
  }

  if (sent)
    return (
      <AccountCard icon="mail" title={words.checkMail} text={words.checkMailText(sent.email)}>
        <p>{sent.signedIn ? words.checkMailIn : words.checkMailOut}</p>
        <div class="choices">{invitation ? <a class="button" href="/invitation">{words.joinBack}</a> : <a class="button" href="/">{words.toEvents}</a>}<DemoMails /></div>
      </AccountCard>
    );
  return (
    <AccountCard icon="person" title={words.register} text={invitation ? words.joinRegister : words.registerText}>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => register(form)); }}>
        <EmailField label={words.email} value={invitation?.email} />
        <PasswordField name="password" label={words.password} chosen />
        <BirthDateField />
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.registering}>{words.register}</SendButton>
      </form>
      <p class="quiet beneath">{words.haveAccount} <button type="button" class="link" onClick={askToSignIn}>{words.signIn}</button></p>
    </AccountCard>
  );
}
