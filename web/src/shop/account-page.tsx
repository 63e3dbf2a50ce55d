// The account of who is signed in: email, password, date of birth, devices, data, and the way out.

import { useEffect } from "preact/hooks";
import { MyAccountDocument, type MyAccountQuery } from "../generated";
import { emailIs } from "./account";
import { ChangeEmail, ChangePassword, GiveBirthDate, VerifyAgain } from "./account-forms";
import { useAsked } from "./asked";
import { Devices } from "./devices";
import { Download, Leave } from "./leaving";
import { PageHeading } from "./router";
import { SecondFactor } from "./second-factor";
import { Setting } from "./setting";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import { Failed, SignedOut, Waiting } from "./states";

export type OwnAccount = NonNullable<MyAccountQuery["me"]>;

export function AccountPage() {
  const { words } = useWords();
  const { user } = useShop();
  return user ? <Own key={user.id} /> : <SignedOut icon="person" title={words.accountNobody} text={words.accountNobodyText} />;
}

function Own() {
  const { words } = useWords();
  const { data, failed, fetching, again } = useAsked(MyAccountDocument, {});
  const me = data?.me;
  useEffect(() => {
    if (me) emailIs(me.email);
  }, [me?.email]);
  if (failed) return <Failed page why={failed} again={again} />;
  if (!me) return <><PageHeading title={words.myAccount} /><Waiting shape="row" count={4} /></>;
  return (
    <div class="account-page" aria-busy={fetching}>
      <PageHeading title={words.myAccount} />
      <Setting title={words.signInTitle} text={words.signInText}>
        <p class="email-line"><b dir="ltr">{me.email}</b> <span class={`badge ${me.verified ? "good" : "warn"}`}>{me.verified ? words.isVerified : words.notVerified}</span></p>
        {!me.verified && <VerifyAgain changed={again} />}
        <ChangeEmail />
      </Setting>
      <Setting title={words.changePassword} text={words.changePasswordText}><ChangePassword email={me.email} changed={again} /></Setting>
      <Setting title={words.factor} text={words.factorText}><SecondFactor key={me.secondFactor?.since} factor={me.secondFactor} changed={again} /></Setting>
      <Setting title={words.birthDate} text={words.birthDateText}><GiveBirthDate birthDate={me.birthDate} changed={again} /></Setting>
      <Setting title={words.devices} text={words.devicesText}><Devices signIns={me.signIns} changed={again} /></Setting>
      <Setting title={words.yourData} text={words.yourDataText}><Download /></Setting>
      <Setting title={words.leave} text={words.leaveText}><Leave /></Setting>
    </div>
  );
}
