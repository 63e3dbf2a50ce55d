// A button that opens a few links below it; closes with Escape, a click elsewhere, or when something in it was chosen.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export function Menu({ label, icon, children }: { label: string; icon: ComponentChildren; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const home = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = (event: Event): void => {
      if (!home.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  }, [open]);
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  const chosen = (event: MouseEvent): void => {
    if ((event.target as Element).closest("a, button")) setOpen(false);
  };
  return (
    <div ref={home} class="menu" onKeyDown={escape}>
      <button ref={button} type="button" class="plain chip-button" aria-expanded={open} aria-controls="account-menu" aria-label={label} onClick={() => setOpen(!open)}>{icon}</button>
      <div id="account-menu" class="card menu-panel" hidden={!open} onClick={chosen}>{children}</div>
    </div>
  );
}
