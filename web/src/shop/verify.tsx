// Where the link of a mail leads that confirms an email, of a new account or a changed one.

import { useEffect, useState } from "preact/hooks";
import { ask, Refused, Unreachable } from "../client/transport";
import { VerifyEmailDocument } from "../generated";
import { nobodysClient } from "./account";
import { AccountCard } from "./account-card";
import { accountRefusal } from "./account-refusals";
import { useLinkToken } from "./link-token";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import { Failed, Waiting } from "./states";

type Step = { kind: "asking" | "failed" } | { kind: "done"; email: string } | { kind: "refused"; text: string };

export function VerifyPage() {
  const { locale, words } = useWords();
  const { user } = useShop();
  const token = useLinkToken();
  const [step, setStep] = useState<Step>({ kind: "asking" });

  async function verify(): Promise<void> {
    setStep({ kind: "asking" });
    try {
      const { verifyEmail } = await ask(nobodysClient, VerifyEmailDocument, { token });
      setStep(verifyEmail.__typename === "EmailVerified" ? { kind: "done", email: verifyEmail.email } : { kind: "refused", text: accountRefusal(locale, verifyEmail) });
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
      setStep({ kind: "failed" });
    }
  }
  useEffect(() => {
    if (token) void verify();
  }, [token]);

  if (!token) return <AccountCard icon="alert" title={words.linkBroken} text={words.linkMissing} />;
  switch (step.kind) {
    case "asking": return <AccountCard icon="mail" title={words.verifying}><Waiting shape="row" /></AccountCard>;
    case "failed": return <Failed page why={navigator.onLine ? "server" : "offline"} again={() => void verify()} />;
    case "refused":
      return <AccountCard icon="alert" title={words.linkBroken} text={step.text}><div class="choices"><a class="button" href={user ? "/account" : "/"}>{user ? words.myAccount : words.toEvents}</a></div></AccountCard>;
    case "done":
      return <AccountCard icon="check" title={words.verified} text={words.verifiedText(step.email)}><div class="choices"><a class="button" href="/">{words.toEvents}</a></div></AccountCard>;
  }
}
