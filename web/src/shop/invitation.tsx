// Where the link of an invitation leads: what it is for, signing in or registering first, and accepting it.

import { useEffect, useState } from "preact/hooks";
import { newKey } from "../client/key";
import { ask, Refused, Unreachable } from "../client/transport";
import { AcceptInvitationDocument, InvitationPageDocument, type InvitationPageQuery } from "../generated";
import { when } from "../words/locale";
import { auth, signOut } from "./account";
import { AccountCard } from "./account-card";
import { type Trouble, useSending } from "./account-refusals";
import { useAsked } from "./asked";
import { SendButton, TroubleLine } from "./fields";
import { keepInvitation, keptInvitation } from "./kept-invitation";
import { useLinkToken } from "./link-token";
import { refusalToJoin } from "./refusals";
import { useShop } from "./shop-context";
import { useWords } from "./speech";
import { Failed, Waiting } from "./states";

type Invitation = NonNullable<InvitationPageQuery["invitation"]>;

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function InvitationPage() {
  const link = useLinkToken();
  const [kept] = useState(keptInvitation);
  const token = link || (kept?.token ?? "");
  return <Opened key={token} token={token} />;
}

function Opened({ token }: { token: string }) {
  const { words } = useWords();
  const { data, failed, again } = useAsked(InvitationPageDocument, { token }, !token);
  const [joined, setJoined] = useState<Invitation | null>(null);
  const found = data?.invitation;
  useEffect(() => {
    if (found) keepInvitation({ token, email: found.email });
    else if (data) keepInvitation(null);
  }, [data, found?.email]);

  if (joined) return <Joined invitation={joined} />;
  if (!token) return <AccountCard icon="alert" title={words.linkBroken} text={words.linkMissing} />;
  if (failed) return <Failed page why={failed} again={again} />;
  if (!data) return <AccountCard icon="mail" title={words.loading}><Waiting shape="row" /></AccountCard>;
  if (!found) return <AccountCard icon="alert" title={words.joinGone} text={words.joinGoneText}><div class="choices"><a class="button" href="/">{words.toEvents}</a></div></AccountCard>;
  return (
    <AccountCard icon="mail" title={words.joinTitle(found.organizer.name)} text={words.joinText}>
      <Facts invitation={found} />
      <Answer invitation={found} token={token} changed={again} done={() => setJoined(found)} />
    </AccountCard>
  );
}

function Facts({ invitation: { role, eventIds, email, expiresAt } }: { invitation: Invitation }) {
  const { locale, words } = useWords();
  return (
    <dl class="facts">
      <div><dt>{words.joinRole}</dt><dd><b>{words[`role_${role}`]}</b><br /><span class="quiet">{eventIds ? words.canAtSome(eventIds.length) : words[`can_${role}`]}</span></dd></div>
      <div><dt>{words.joinFor}</dt><dd><bdi dir="ltr">{email}</bdi></dd></div>
      <div><dt>{words.joinUntil}</dt><dd>{when(locale, expiresAt, ZONE)}</dd></div>
    </dl>
  );
}

/** By whom it is for, the one button; everybody else signs in first. */
function Answer({ invitation, token, changed, done }: { invitation: Invitation; token: string; changed(): void; done(): void }) {
  const { locale, words } = useWords();
  const { user, client, askToSignIn } = useShop();
  const { busy, trouble, run } = useSending(locale);
  // Pressed again after an answer was lost, it is the same attempt.
  const [key] = useState(newKey);

  async function accept(): Promise<Trouble> {
    const { acceptInvitation } = await ask(client, AcceptInvitationDocument, { token, key });
    if (acceptInvitation.__typename === "NotFound") changed();
    if (acceptInvitation.__typename !== "Member") return refusalToJoin(locale, acceptInvitation);
    keepInvitation(null);
    done();
    await renewRoles();
    return null;
  }

  if (!user)
    return (
      <>
        <p>{words.joinSignIn}</p>
        <div class="choices">
          <button type="button" onClick={askToSignIn}>{words.signIn}</button>
          <a class="button plain" href="/register">{words.register}</a>
        </div>
      </>
    );
  if (user.email.toLowerCase() !== invitation.email.toLowerCase())
    return (
      <>
        <p class="hint warn">{words.joinOther(user.email)}</p>
        <div class="choices"><button type="button" onClick={() => { signOut(); askToSignIn(); }}>{words.joinAsOther}</button></div>
      </>
    );
  return (
    <form onSubmit={(event) => { event.preventDefault(); void run(accept); }}>
      <TroubleLine trouble={trouble} />
      <SendButton busy={busy} doing={words.joining}>{words.joinAccept}</SendButton>
    </form>
  );
}

function Joined({ invitation: { role, eventIds, organizer } }: { invitation: Invitation }) {
  const { words } = useWords();
  return (
    <AccountCard icon="check" title={words.joined(organizer.name)} text={eventIds ? words.canAtSome(eventIds.length) : words[`can_${role}`]}>
      <div class="choices">
        {role !== "BOX_OFFICE" && <a class="button" href="/gate">{words.joinToGate}</a>}
        <a class={role === "BOX_OFFICE" ? "button" : "button plain"} href="/">{words.toEvents}</a>
      </div>
    </AccountCard>
  );
}

/** The rights count already; an access token that tells of them comes by itself later, where nobody answers now. */
async function renewRoles(): Promise<void> {
  try {
    await auth.renew();
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
  }
}
