// Who is at the gate, and what comes first: signing in, choosing a session, checking tickets.

import { useCallback, useRef, useState } from "preact/hooks";
import { useAccount } from "../shop/account";
import { Chooser } from "./chooser";
import { Door } from "./door";
import { keepSettings, openingSettings, type Settings } from "./settings";
import { SpeechContext, useChosenSpeech } from "./speech";
import { useDesk } from "./use-desk";
import { NoRole, Welcome } from "./welcome";

/** An organizer's owners and managers check in too; whom else it lets in here, the server refuses. */
const CHECKING_IN: readonly string[] = ["GATE", "ORGANIZER", "ADMIN"];

export function Gate() {
  const speech = useChosenSpeech();
  return (
    <SpeechContext.Provider value={speech}>
      <Admitted />
    </SpeechContext.Provider>
  );
}

function Admitted() {
  const user = useAccount();
  const [settings, change] = useSettings();
  const [choosing, setChoosing] = useState(false);
  const work = useDesk(settings);
  if (!user) return <Welcome />;
  if (!user.roles.some((role) => CHECKING_IN.includes(role))) return <NoRole email={user.email} />;
  if (choosing || !settings.session) {
    const choose = (session: string): void => {
      change({ session });
      setChoosing(false);
    };
    return <Chooser email={user.email} chosen={settings.session} onChoose={choose} {...(settings.session ? { onBack: () => setChoosing(false) } : {})} />;
  }
  return <Door user={user} session={settings.session} settings={settings} change={change} work={work} onChooseSession={() => setChoosing(true)} />;
}

export type ChangeSettings = (part: Partial<Settings>) => void;

function useSettings(): [Settings, ChangeSettings] {
  const [settings, set] = useState(openingSettings);
  const latest = useRef(settings);
  const change = useCallback((part: Partial<Settings>) => {
    latest.current = { ...latest.current, ...part };
    keepSettings(latest.current);
    set(latest.current);
  }, []);
  return [settings, change];
}
