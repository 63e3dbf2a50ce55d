// The camera: opening it, which ones there are, its light, and why there is none.

export type CameraTrouble = "refused" | "missing" | "taken" | "insecure" | "lost" | "noReader";

export interface CameraChoice {
  readonly id: string;
  readonly name: string;
}

// 720 lines show the modules of a code held a hand's breadth away; more only costs time.
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

/** Throws what `troubleOf` reads. A chosen camera that is gone is replaced by the one at the back. */
export async function openCamera(chosen: string | null): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("not a secure address", "SecurityError");
  const open = (video: MediaTrackConstraints): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...video } });
  const back = (): Promise<MediaStream> => open({ facingMode: { ideal: "environment" } });
  if (!chosen) return back();
  return open({ deviceId: { exact: chosen } }).catch((error: unknown) => {
    if (nameOf(error) === "OverconstrainedError" || nameOf(error) === "NotFoundError") return back();
    throw error;
  });
}

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : "");

export function troubleOf(error: unknown): CameraTrouble {
  switch (nameOf(error)) {
    case "NotAllowedError": return "refused";
    case "NotFoundError":
    case "OverconstrainedError": return "missing";
    case "SecurityError": return globalThis.isSecureContext ? "refused" : "insecure";
    default: return "taken";
  }
}

/** Their names are known only once one of them was allowed. */
export async function cameraChoices(): Promise<CameraChoice[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId).map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

/** Whether it was allowed before, so that it may be opened without being asked for. */
export async function allowedBefore(): Promise<boolean> {
  const state = await navigator.permissions?.query({ name: "camera" as PermissionName }).catch(() => null);
  return state?.state === "granted";
}

export const hasTorch = (track: MediaStreamTrack): boolean => "torch" in (track.getCapabilities?.() ?? {});

/** Resolves to whether it is lit now. */
export function lightTorch(track: MediaStreamTrack, lit: boolean): Promise<boolean> {
  const wanted = { advanced: [{ torch: lit } as MediaTrackConstraintSet] };
  return track.applyConstraints(wanted).then(() => lit, () => false);
}
