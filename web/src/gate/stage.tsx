// The picture of the camera with the frame for the code, or what there is in its place.

import type { CameraTrouble } from "./camera";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import type { Camera } from "./use-camera";

interface StageProps {
  camera: Camera;
  /** Small in a corner, because a result has the place. */
  tile: boolean;
  sending: boolean;
}

export function Stage({ camera, tile, sending }: StageProps) {
  const { words } = useSpeech();
  return (
    <section class={`stage${camera.on ? " on" : ""}`} aria-label={words.camera}>
      <video ref={camera.video} class={tile ? "tile" : ""} hidden={!camera.on} muted playsInline />
      {camera.on && !tile && <div class="frame" aria-hidden="true" />}
      {camera.on && !tile && <p class="hint">{sending ? words.sending : camera.live ? words.point : words.starting}</p>}
      {!camera.on && !tile && (camera.trouble ? <Trouble trouble={camera.trouble} onAgain={camera.start} /> : <Idle onStart={camera.start} sending={sending} />)}
      {sending && <i class="sending" aria-hidden="true" />}
    </section>
  );
}

function Idle({ onStart, sending }: { onStart(): void; sending: boolean }) {
  const { words } = useSpeech();
  return (
    <div class="instead">
      <Symbol name="ticket" />
      <h2>{sending ? words.sending : words.ready}</h2>
      <p class="quiet">{words.readyHint}</p>
      <button type="button" class="large" onClick={onStart}><Symbol name="camera" />{words.startCamera}</button>
    </div>
  );
}

function Trouble({ trouble, onAgain }: { trouble: CameraTrouble; onAgain(): void }) {
  const { words } = useSpeech();
  return (
    <div class="instead" role="alert">
      <Symbol name="noCamera" />
      <h2>{words[trouble]}</h2>
      <p class="quiet">{words[`${trouble}Hint`]}</p>
      {trouble !== "insecure" && <button type="button" class="plain large" onClick={onAgain}>{words.tryAgain}</button>}
    </div>
  );
}
