// The code field: where a keyboard is at hand it has the focus, and what a hand-held scanner types always lands in it.

import { useEffect, useRef } from "preact/hooks";

export interface Field {
  readonly input: { readonly current: HTMLInputElement | null };
  /** After a result was put away: back to the field, unless that opens a keyboard on the screen. */
  returnTo(): void;
  /** What was typed is on its way: a keyboard on the screen would hide the result. */
  makeRoom(): void;
}

const atDesk = (): boolean => matchMedia("(hover: hover) and (pointer: fine)").matches;

export function useField(): Field {
  const input = useRef<HTMLInputElement>(null);
  const returnTo = (): void => {
    if (atDesk()) input.current?.focus();
  };
  useEffect(() => {
    returnTo();
    const caught = (event: KeyboardEvent): void => {
      const printable = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (printable && !takesKeys(document.activeElement)) input.current?.focus();
    };
    const pasted = (event: ClipboardEvent): void => {
      if (takesKeys(document.activeElement) || !input.current) return;
      event.preventDefault();
      input.current.value = event.clipboardData?.getData("text") ?? "";
      input.current.focus();
    };
    document.addEventListener("keydown", caught);
    document.addEventListener("paste", pasted);
    return () => {
      document.removeEventListener("keydown", caught);
      document.removeEventListener("paste", pasted);
    };
  }, []);
  return { input, returnTo, makeRoom: () => atDesk() || input.current?.blur() };
}

const takesKeys = (element: Element | null): boolean => !!element?.closest("input, select, textarea, dialog, [contenteditable]");
