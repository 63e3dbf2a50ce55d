// Keeps the screen on while the camera scans.

import { useEffect } from "preact/hooks";

export function useAwake(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !("wakeLock" in navigator)) return;
    let ended = false;
    let held: WakeLockSentinel | null = null;
    // The browser takes it back whenever the tab is hidden, or the battery is low.
    const hold = async (): Promise<void> => {
      if (document.visibilityState !== "visible") return;
      held = await navigator.wakeLock.request("screen").catch(() => null);
      if (ended) void held?.release();
    };
    const back = (): void => void hold();
    document.addEventListener("visibilitychange", back);
    void hold();
    return () => {
      ended = true;
      document.removeEventListener("visibilitychange", back);
      void held?.release();
    };
  }, [wanted]);
}
