// Short messages that come and go, said to those who listen as well.

import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icons";
import { useWords } from "./speech";

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "good" | "bad";
}

const SHOWN = 7_000;

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<() => void>();

function become(next: readonly Notice[]): void {
  notices = next;
  listeners.forEach((listener) => listener());
}

export function notify(text: string, kind: Notice["kind"] = "good"): void {
  const notice = { id: ++last, text, kind };
  become([...notices.filter((one) => one.text !== text), notice]);
  setTimeout(() => become(notices.filter((one) => one !== notice)), SHOWN);
}

export function Notices() {
  const { words } = useWords();
  const [shown, setShown] = useState(notices);
  useEffect(() => {
    const look = (): void => setShown(notices);
    listeners.add(look);
    return () => void listeners.delete(look);
  }, []);
  return (
    <div class="notices" role="status">
      {shown.map((notice) => (
        <p key={notice.id} class={`notice ${notice.kind}`}>
          <Icon name={notice.kind === "good" ? "check" : "alert"} />
          <span>{notice.text}</span>
          <button type="button" class="plain round" aria-label={words.dismiss} onClick={() => become(notices.filter((one) => one !== notice))}><Icon name="close" /></button>
        </p>
      ))}
    </div>
  );
}
