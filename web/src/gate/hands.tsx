// What the thumb reaches: the code field, the camera's buttons, the sound.

import { number } from "../words/locale";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import { tidy } from "./codes";
import type { ChangeSettings } from "./gate";
import type { Settings } from "./settings";
import type { Camera } from "./use-camera";
import type { Field } from "./use-field";

interface HandsProps {
  field: Field;
  camera: Camera;
  settings: Settings;
  change: ChangeSettings;
  online: boolean;
  onCode(code: string): void;
}

export function Hands({ field, camera, settings, change, online, onCode }: HandsProps) {
  const { words } = useSpeech();
  const muted = settings.muted;
  return (
    <section class="hands" aria-label={words.check}>
      {!online && <p class="warning offline" role="alert">{words.offline}</p>}
      <CodeForm field={field} onCode={onCode} />
      <div class="buttons">
        {camera.lit !== null && <Toggle sign="torch" pressed={camera.lit} name={words.torch} onClick={camera.toggleTorch} />}
        <Toggle sign={muted ? "silent" : "sound"} pressed={!muted} name={words.sound} onClick={() => change({ muted: !muted })} />
        {camera.on && <Toggle sign="camera" pressed name={words.camera} onClick={camera.stop} />}
        {camera.on && camera.choices.length > 1 && <CameraSelect camera={camera} onChoose={(chosen) => change({ camera: chosen })} />}
      </div>
    </section>
  );
}

function CodeForm({ field, onCode }: { field: Field; onCode(code: string): void }) {
  const { words } = useSpeech();
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const input = field.input.current;
    const code = tidy(input?.value ?? "");
    if (!input || !code) return;
    input.value = "";
    field.makeRoom();
    onCode(code);
  }
  return (
    <form class="code" onSubmit={submit}>
      <label class="only-heard" for="code">{words.code}</label>
      <input ref={field.input} id="code" dir="ltr" autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck={false} enterkeyhint="go" placeholder={words.codeHint} required />
      <button>{words.check}</button>
    </form>
  );
}

function Toggle({ sign, pressed, name, onClick }: { sign: "torch" | "sound" | "silent" | "camera"; pressed: boolean; name: string; onClick(): void }) {
  return (
    <button type="button" class="plain toggle" aria-pressed={pressed} onClick={onClick}>
      <Symbol name={sign} />
      <span>{name}</span>
    </button>
  );
}

function CameraSelect({ camera, onChoose }: { camera: Camera; onChoose(id: string): void }) {
  const { locale, words } = useSpeech();
  return (
    <label class="toggle which">
      <Symbol name="switch" />
      <span aria-hidden="true">{words.switchCamera}</span>
      <select aria-label={words.whichCamera} value={camera.chosen ?? ""} onChange={(event) => onChoose(event.currentTarget.value)}>
        {camera.choices.map(({ id, name }, position) => <option key={id} value={id}>{name || words.cameraNumber(number(locale, position + 1))}</option>)}
      </select>
    </label>
  );
}
