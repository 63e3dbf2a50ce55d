// The camera as the page shows it: off, on its way, on, or why not. Off while the tab is hidden.

import { useEffect, useRef, useState } from "preact/hooks";
import { allowedBefore, type CameraChoice, cameraChoices, type CameraTrouble, hasTorch, lightTorch } from "./camera";
import { scan } from "./scanner";

export interface Camera {
  readonly video: { readonly current: HTMLVideoElement | null };
  readonly on: boolean;
  readonly trouble: CameraTrouble | null;
  readonly choices: readonly CameraChoice[];
  /** The camera in use, of `choices`. */
  readonly chosen: string | null;
  /** null where it has no light. */
  readonly lit: boolean | null;
  /** Whether the picture is there. */
  readonly live: boolean;
  start(): void;
  stop(): void;
  toggleTorch(): void;
}

interface CameraParts {
  /** Opened at once, where it was allowed before. */
  readonly atOnce: boolean;
  readonly camera: string | null;
  onCodes(codes: string[]): void;
  onTurned(on: boolean): void;
}

export function useCamera({ atOnce, camera, onCodes, onTurned }: CameraParts): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const look = useRef(onCodes);
  look.current = onCodes;
  const [on, setOn] = useState(false);
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [choices, setChoices] = useState<readonly CameraChoice[]>([]);
  const [lit, setLit] = useState(false);
  const visible = useVisible();

  useEffect(() => {
    if (atOnce) void allowedBefore().then((allowed) => allowed && setOn(true));
  }, []);

  useEffect(() => {
    if (!on || !visible || !video.current) return;
    const stop = scan(video.current, camera, {
      onCodes: (codes) => look.current(codes),
      onTrack(opened) {
        setTrack(opened);
        void cameraChoices().then(setChoices, () => undefined);
      },
      onTrouble(why) {
        setTrouble(why);
        setOn(false);
      },
    });
    return () => {
      stop();
      setTrack(null);
      setLit(false);
    };
  }, [on, visible, camera]);

  return {
    video, on, trouble, choices, live: track !== null,
    chosen: track?.getSettings().deviceId ?? null,
    lit: track && hasTorch(track) ? lit : null,
    start() {
      setTrouble(null);
      setOn(true);
      onTurned(true);
    },
    stop() {
      setOn(false);
      onTurned(false);
    },
    toggleTorch: () => void (track && lightTorch(track, !lit).then(setLit)),
  };
}

export function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = (): void => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}
