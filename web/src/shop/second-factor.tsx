// The second factor on the account's page: turned on with an app, and off again.

import { useState } from "preact/hooks";
import { ask } from "../client/transport";
import { ConfirmSecondFactorDocument, OfferSecondFactorDocument, RemoveSecondFactorDocument } from "../generated";
import { date } from "../words/locale";
import { accountRefusal, given, type Trouble, useSending } from "./account-refusals";
import type { OwnAccount } from "./account-page";
import { AppSecret, CodeField, RecoveryCodes } from "./codes";
import { PasswordField, SendButton, TroubleLine } from "./fields";
import { notify } from "./notices";
import { useShop } from "./shop-context";
import { SIGN_IN_WORDS } from "./sign-in-words";
import { useWords } from "./speech";

export function SecondFactor({ factor, changed }: { factor: OwnAccount["secondFactor"]; changed(): void }) {
  return factor?.since ? <TurnOff since={factor.since} left={factor.recoveryCodesLeft} changed={changed} /> : <TurnOn changed={changed} />;
}

function TurnOn({ changed }: { changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);
  const [offer, setOffer] = useState<{ secret: string; qrSvg: string } | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);

  async function begin(form: HTMLFormElement): Promise<Trouble> {
    const { offerSecondFactor: came } = await ask(client, OfferSecondFactorDocument, { password: given(form, "password") });
    if (came.__typename !== "SecondFactorOffer") return accountRefusal(locale, came);
    setOffer({ secret: came.secret, qrSvg: came.qrSvg });
    return null;
  }

  async function confirm(form: HTMLFormElement): Promise<Trouble> {
    const { confirmSecondFactor: came } = await ask(client, ConfirmSecondFactorDocument, { code: given(form, "code") });
    if (came.__typename === "InvalidCredentials") return SIGN_IN_WORDS[locale].codeWrong;
    if (came.__typename !== "SecondFactorOn") return accountRefusal(locale, came);
    setCodes(came.recoveryCodes);
    return null;
  }

  if (codes.length) return <RecoveryCodes locale={locale} codes={codes} done={() => { notify(words.factorOn); changed(); }} />;
  if (offer)
    return (
      <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => confirm(form)); }}>
        <p class="quiet">{SIGN_IN_WORDS[locale].setUpText}</p>
        <AppSecret locale={locale} {...offer} />
        <CodeField locale={locale} focus />
        <TroubleLine trouble={trouble} />
        <SendButton busy={busy} doing={words.saving}>{words.factorConfirm}</SendButton>
      </form>
    );
  return (
    <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => begin(form)); }}>
      <PasswordField name="password" label={words.currentPassword} />
      <TroubleLine trouble={trouble} />
      <SendButton busy={busy} doing={words.saving}>{words.factorTurnOn}</SendButton>
    </form>
  );
}

function TurnOff({ since, left, changed }: { since: string; left: number; changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);

  async function remove(form: HTMLFormElement): Promise<Trouble> {
    const { removeSecondFactor: came } = await ask(client, RemoveSecondFactorDocument, { password: given(form, "password"), code: given(form, "code") });
    if (came.__typename === "InvalidCredentials") return words.factorWrong;
    if (came.__typename !== "SecondFactorOff") return accountRefusal(locale, came);
    notify(words.factorIsOff);
    changed();
    return null;
  }

  return (
    <>
      <p><span class="badge good">{words.factorSince(date(locale, since))}</span> <small class="quiet">{words.codesLeft(left)}</small></p>
      <details>
        <summary>{words.factorTurnOff}</summary>
        <form onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; void run(() => remove(form)); }}>
          <PasswordField name="password" label={words.currentPassword} />
          <CodeField locale={locale} />
          <TroubleLine trouble={trouble} />
          <SendButton danger busy={busy} doing={words.saving}>{words.factorTurnOff}</SendButton>
        </form>
      </details>
    </>
  );
}
