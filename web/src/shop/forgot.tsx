// Getting back in: a link is asked for, and a new password chosen where it leads.

import { useState } from "preact/hooks";
import { ask } from "../client/transport";
import { AskForNewPasswordDocument, ResetPasswordDocument } from "../generated";
import { forget, nobodysClient } from "./account";
import { AccountCard, DemoMails } from "./account-card";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import { EmailField, PasswordField, SendButton, TroubleLine } from "./fields";
import { useLinkToken } from "./link-token";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

export function ForgotPage() {
  const { locale, words } = useWords();
  const { busy, trouble, run } = useSending(locale);
  const [sent, setSent] = useState<string | null>(null);

  async function send(form: EventTarget | null): Promise<Trouble> {
    const { requestPasswordReset } = await ask(nobodysClient, AskForNewPasswordDocument, { email: given(form, "email") });
    if (requestPasswordReset.__typename !== "LinkMailed") return accountRefusal(locale, requestPasswordReset);
    setSent(requestPasswordReset.email);
    return null;
  }

  if (sent !== null)
    return <AccountCard icon="mail" title={words.checkMail} text={words.linkSent(sent)}><div class="choices"><DemoMails /></div></AccountCard>;
  return (
    <AccountCard icon="key" title={words.forgot} text={words.forgotText}>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => send(form)); }}>
        <EmailField label={words.email} />
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.sending}>{words.sendLink}</SendButton>
      </form>
    </AccountCard>
  );
}

export function ResetPage() {
  const { locale, words } = useWords();
  const { askToSignIn } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const token = useLinkToken();
  const [step, setStep] = useState<"asked" | "done" | "broken">("asked");

  async function reset(form: EventTarget | null): Promise<Trouble> {
    const { resetPassword } = await ask(nobodysClient, ResetPasswordDocument, { input: { token, password: given(form, "password") } });
    if (resetPassword.__typename === "LinkNotValid") setStep("broken");
    else if (resetPassword.__typename !== "PasswordChanged") return accountRefusal(locale, resetPassword);
    else {
      forget();
      setStep("done");
    }
    return null;
  }

  if (step === "done")
    return (
      <AccountCard icon="check" title={words.resetDone} text={words.resetDoneText}>
        <div class="choices"><button type="button" onClick={askToSignIn}>{words.signIn}</button></div>
      </AccountCard>
    );
  if (step === "broken" || !token)
    return (
      <AccountCard icon="alert" title={words.linkBroken} text={token ? words.linkBrokenText : words.linkMissing}>
        <div class="choices"><a class="button" href="/forgot">{words.askAgain}</a></div>
      </AccountCard>
    );
  return (
    <AccountCard icon="key" title={words.reset} text={words.resetText}>
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => reset(form)); }}>
        <PasswordField name="password" label={words.newPassword} chosen />
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.resetting}>{words.save}</SendButton>
      </form>
    </AccountCard>
  );
}
