// What is heard and felt of a result: rising for in, falling for out, two short ones for not known.

import type { Kind } from "./verdict";

interface Tone {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds after the start, and how long. */
  readonly at: number;
  readonly length: number;
  readonly shape: OscillatorType;
}

const TONES: Record<Kind, readonly Tone[]> = {
  in: [{ pitch: 880, at: 0, length: 0.1, shape: "sine" }, { pitch: 1320, at: 0.1, length: 0.18, shape: "sine" }],
  out: [{ pitch: 220, at: 0, length: 0.22, shape: "square" }, { pitch: 147, at: 0.26, length: 0.42, shape: "square" }],
  wait: [{ pitch: 587, at: 0, length: 0.12, shape: "triangle" }, { pitch: 587, at: 0.22, length: 0.12, shape: "triangle" }],
};

const SHAKES: Record<Kind, number[]> = { in: [70], out: [220, 90, 220, 90, 220], wait: [110, 80, 110] };
const LOUDNESS = { sine: 0.5, triangle: 0.5, square: 0.22, sawtooth: 0.2, custom: 0.3 } as const;

let audio: AudioContext | null = null;

/** Browsers let a page be heard only after it was touched: call it on every touch. */
export function wakeSound(): void {
  audio ??= typeof AudioContext === "undefined" ? null : new AudioContext();
  if (audio?.state === "suspended") void audio.resume();
}

export function signal(kind: Kind, muted: boolean): void {
  navigator.vibrate?.(SHAKES[kind]);
  if (!muted && audio?.state === "running") for (const tone of TONES[kind]) play(audio, tone);
}

function play(context: AudioContext, { pitch, at, length, shape }: Tone): void {
  const start = context.currentTime + at;
  const oscillator = new OscillatorNode(context, { frequency: pitch, type: shape });
  const gain = new GainNode(context, { gain: 0 });
  // Ramps, because a tone that is cut on clicks.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS[shape], start + 0.012);
  gain.gain.setValueAtTime(LOUDNESS[shape], start + length - 0.03);
  gain.gain.linearRampToValueAtTime(0, start + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}
