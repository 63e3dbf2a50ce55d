// Where an account is signed in, and signing out there or everywhere.

import { ask } from "../client/transport";
import { EndSignInDocument, SignOutEverywhereDocument } from "../generated";
import { when } from "../words/locale";
import { forget } from "./account";
import { accountRefusal, type Trouble, useSending } from "./account-refusals";
import type { OwnAccount } from "./account-page";
import { TroubleLine } from "./fields";
import { Icon } from "./icons";
import { notify } from "./notices";
import { useShop } from "./shop-context";
import { useWords } from "./speech";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Devices({ signIns, changed }: { signIns: OwnAccount["signIns"]; changed(): void }) {
  const { locale, words } = useWords();
  const { client } = useShop();
  const { busy, trouble, run } = useSending(locale);

  async function end(id: string): Promise<Trouble> {
    const { endSignIn } = await ask(client, EndSignInDocument, { id });
    if (endSignIn.__typename === "ServerBusy") return accountRefusal(locale, endSignIn);
    notify(words.deviceEnded);
    changed();
    return null;
  }

  async function endAll(): Promise<Trouble> {
    const { logoutEverywhere } = await ask(client, SignOutEverywhereDocument, {});
    if (logoutEverywhere.__typename !== "SignedOut") return accountRefusal(locale, logoutEverywhere);
    forget();
    notify(words.signedOutAll);
    return null;
  }

  return (
    <>
      <ul class="devices">
        {signIns.map(({ id, device, lastUsedAt, current }) => (
          <li key={id}>
            <Icon name="device" />
            <p><b><bdi>{device || words.unknownDevice}</bdi></b> {current && <span class="badge good">{words.thisDevice}</span>}<br /><small class="quiet">{words.lastUsed(when(locale, lastUsedAt, ZONE))}</small></p>
            {!current && <button type="button" class="plain" disabled={busy} onClick={() => void run(() => end(id))}>{words.signOutOne}</button>}
          </li>
        ))}
      </ul>
      <TroubleLine trouble={trouble} />
      <div class="choices"><button type="button" class="plain" disabled={busy} onClick={() => void run(endAll)}>{words.signOutAll}</button></div>
    </>
  );
}
