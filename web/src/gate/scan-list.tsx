// The last scans of this device.

import { clock } from "../words/locale";
import type { Scan } from "./scans";
import { useSpeech } from "./speech";
import { Symbol } from "./symbol";
import { placeOf, wordOf } from "./verdict-words";

interface ScanListProps {
  scans: readonly Scan[];
  /** Of the gate's session; where it has none, the device's own. */
  timezone: string | undefined;
}

export function ScanList({ scans, timezone = Intl.DateTimeFormat().resolvedOptions().timeZone }: ScanListProps) {
  const { words } = useSpeech();
  return (
    <section class="scans" aria-labelledby="scans">
      <h2 id="scans">{words.last}</h2>
      {scans.length === 0 ? <p class="quiet">{words.lastNone}</p> : <ol>{scans.map((scan) => <Line key={scan.id} scan={scan} timezone={timezone} />)}</ol>}
    </section>
  );
}

function Line({ scan: { at, kind, why, seat, type, title }, timezone }: { scan: Scan; timezone: string }) {
  const { locale } = useSpeech();
  return (
    <li>
      <span class={`sign ${kind}`}><Symbol name={kind} /></span>
      <span class="said">
        <b>{wordOf(locale, why)}</b>
        {type && <span class="quiet"><bdi>{placeOf(locale, seat)}</bdi> · <bdi>{type}</bdi>{title && <> · <bdi>{title}</bdi></>}</span>}
      </span>
      <time class="quiet" dateTime={at}>{clock(locale, at, timezone)}</time>
    </li>
  );
}
