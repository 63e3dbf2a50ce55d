// The scanner: camera into video, video into codes, until it is stopped or the tab is hidden.

import { type CameraTrouble, openCamera, troubleOf } from "./camera";
import { makeReader, type Read } from "./reader";

/** Milliseconds between two looks: quicker than a hand, and leaves the phone time for the rest. */
const PAUSE = 90;

export interface ScannerListener {
  onTrack(track: MediaStreamTrack): void;
  /** What is in view, several times a second. */
  onCodes(codes: string[]): void;
  onTrouble(trouble: CameraTrouble): void;
}

/** Returns the way to stop. */
export function scan(video: HTMLVideoElement, camera: string | null, listener: ScannerListener): () => void {
  let ended = false;
  let stream: MediaStream | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    ended = true;
    clearTimeout(timer);
    stream?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  };

  const fail = (trouble: CameraTrouble): void => {
    if (ended) return;
    stop();
    listener.onTrouble(trouble);
  };

  async function look(read: Read): Promise<void> {
    if (ended) return;
    try {
      const seen = video.readyState >= video.HAVE_CURRENT_DATA ? await read(video) : [];
      if (!ended) listener.onCodes(seen);
    } catch {
      return fail("noReader");
    }
    timer = setTimeout(() => void look(read), PAUSE);
  }

  async function start(): Promise<void> {
    const reader = makeReader().catch(() => null);
    stream = await openCamera(camera);
    const track = stream.getVideoTracks()[0];
    if (ended || !track) return stop();
    track.addEventListener("ended", () => fail("lost"));
    video.srcObject = stream;
    listener.onTrack(track);
    await video.play().catch(() => undefined);
    const read = await reader;
    if (!read) return fail("noReader");
    await look(read);
  }

  start().catch((error: unknown) => fail(troubleOf(error)));
  return stop;
}
