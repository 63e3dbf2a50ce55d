// The gate at work: what it admits to, the camera, the result, the code field, what was done.

import { useCallback, useEffect, useMemo, useRef } from "preact/hooks";
import type { AuthPartsFragment } from "../generated";
import { AccountLine } from "./account-line";
import { tidy } from "./codes";
import { Head } from "./head";
import type { ChangeSettings } from "./gate";
import { Announced, Panel } from "./panel";
import { Hands } from "./hands";
import { makeRepeats } from "./repeats";
import { ScanList } from "./scan-list";
import type { Settings } from "./settings";
import { useSpeech } from "./speech";
import { Stage } from "./stage";
import { useAdmission, useSession } from "./use-session";
import { useAwake } from "./awake";
import { useCamera } from "./use-camera";
import type { Work } from "./use-desk";
import { useField } from "./use-field";
import { useOnline } from "./use-online";

/** With the camera on, a yes makes room for its picture again after so long. Milliseconds. */
const YES_STAYS = 4_000;

interface DoorProps {
  user: AuthPartsFragment["user"];
  /** Its id, or "any". */
  session: string;
  settings: Settings;
  change: ChangeSettings;
  work: Work;
  onChooseSession(): void;
}

export function Door({ user, session, settings, change, work, onChooseSession }: DoorProps) {
  const { words } = useSpeech();
  const { desk, state } = work;
  const chosen = useSession(session === "any" ? null : session);
  const admission = useAdmission(session === "any" ? null : session);
  const field = useField();
  const online = useOnline();
  const repeats = useMemo(() => makeRepeats(), []);
  const onCodes = useCallback((codes: string[]) => {
    const code = repeats.pick(codes.map(tidy).filter(Boolean), performance.now(), desk.ready());
    if (code !== null) desk.check(code);
  }, []);
  const camera = useCamera({ atOnce: settings.scanning, camera: settings.camera, onCodes, onTurned: (scanning) => change({ scanning }) });
  useAwake(camera.on);
  useMakingRoom(work, camera.on);

  const dismiss = (): void => {
    desk.dismiss();
    field.returnTo();
  };
  return (
    <main class="gate" data-result={state.shown?.verdict.kind}>
      <h1 class="only-heard">{words.title}</h1>
      <Head session={session} chosen={chosen} admission={admission} letIn={work.letIn} onChoose={onChooseSession} />
      <Stage camera={camera} tile={state.shown !== null} sending={state.sending} />
      {state.shown && <Panel key={`${state.shown.id}-${state.shown.verdict.why}`} shown={state.shown} sending={state.sending} timezone={chosen.session?.timezone} onNext={dismiss} onAgain={desk.again} />}
      <Announced shown={state.shown} timezone={chosen.session?.timezone} />
      <Hands field={field} camera={camera} settings={settings} change={change} online={online} onCode={(code) => desk.check(code)} />
      <div class="more">
        <ScanList scans={work.scans} timezone={chosen.session?.timezone} />
        <AccountLine email={user.email} />
      </div>
    </main>
  );
}

function useMakingRoom({ desk, state }: Work, scanning: boolean): void {
  const latest = useRef(state.shown);
  latest.current = state.shown;
  const shown = state.shown;
  useEffect(() => {
    if (shown?.verdict.kind !== "in" || !scanning) return;
    const timer = setTimeout(() => latest.current === shown && !desk.state().sending && desk.dismiss(), YES_STAYS);
    return () => clearTimeout(timer);
  }, [shown, scanning]);
}
