// A picture for an event that has none: its kind decides the motif, its slug everything else, always the same.

import { useId } from "preact/hooks";
import type { EventCategory } from "../generated";

/** Hues of the dark end, the bright end, and the light. */
const HUES: Record<EventCategory, readonly [number, number, number]> = {
  CONCERT: [262, 325, 20], THEATRE: [338, 366, 40], MOVIE: [226, 268, 200], SPORT: [152, 176, 70], CONFERENCE: [214, 190, 165], TRANSPORT: [348, 388, 45], OTHER: [252, 292, 38],
};

type Chance = () => number;

/** Mulberry32 over an FNV-1a hash: small, and the same everywhere. */
export function chanceOf(text: string): Chance {
  let state = 2166136261;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const many = <Item,>(count: number, make: (at: number) => Item): Item[] => Array.from({ length: count }, (_, at) => make(at));

export function Cover({ slug, category }: { slug: string; category: EventCategory }) {
  const id = useId();
  const chance = chanceOf(slug);
  const shift = Math.round((chance() - 0.5) * 36);
  const [hue, far, light] = HUES[category].map((one) => one + shift);
  const [x, y] = [60 + chance() * 280, 20 + chance() * 90];
  return (
    <svg class="cover" viewBox="0 0 400 220" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <defs>
        <linearGradient id={`${id}g`} gradientTransform={`rotate(${Math.round(20 + chance() * 50)} .5 .5)`}>
          <stop offset="0" stop-color={`hsl(${hue} 62% 26%)`} />
          <stop offset="1" stop-color={`hsl(${far} 66% 44%)`} />
        </linearGradient>
        <radialGradient id={`${id}l`} gradientUnits="userSpaceOnUse" cx={x} cy={y} r="210">
          <stop offset="0" stop-color={`hsl(${light} 95% 70%)`} stop-opacity=".75" />
          <stop offset="1" stop-color={`hsl(${light} 95% 70%)`} stop-opacity="0" />
        </radialGradient>
      </defs>
      <rect width="400" height="220" fill={`url(#${id}g)`} />
      <rect width="400" height="220" fill={`url(#${id}l)`} />
      <g stroke-linecap="round" fill="none" stroke="#fff">{MOTIFS[category](chance, x, y)}</g>
    </svg>
  );
}

const MOTIFS: Record<EventCategory, (chance: Chance, x: number, y: number) => preact.ComponentChildren> = {
  CONCERT: (chance) => many(27, (at) => {
    const tall = 14 + chance() ** 1.6 * 70 + 30 * Math.sin((at / 26) * Math.PI);
    return <path key={at} d={`M${14 + at * 14.3} ${150 - tall}V${150 + tall * 0.55}`} stroke-width="6" opacity={0.16 + chance() * 0.4} />;
  }),
  THEATRE: (chance, x) => [
    ...many(13, (at) => {
      const place = at * 34 - 6, bend = 10 + chance() * 12;
      return <path key={at} d={`M${place} -10C${place + bend} 70 ${place - bend} 150 ${place + bend / 2} 240`} stroke-width={10 + chance() * 12} stroke="#000" opacity={0.07 + chance() * 0.1} />;
    }),
    <path key="light" d={`M${x} -20L${x - 90} 200H${x + 90}Z`} fill="#fff" stroke="none" opacity=".16" />,
    <ellipse key="floor" cx={x} cy="200" rx="92" ry="16" fill="#fff" stroke="none" opacity=".34" />,
  ],
  MOVIE: (chance, x, y) => [
    <path key="beam" d={`M-20 ${30 + y / 3}L420 ${-60 + x / 3}V${260 - y / 2}Z`} fill="#fff" stroke="none" opacity=".13" />,
    ...many(2, (side) => <path key={`band${side}`} d={`M-10 ${side * 192 + 14}H410`} stroke="#000" stroke-width="26" stroke-linecap="butt" opacity=".38" />),
    ...many(22, (at) => <rect key={at} x={(at % 11) * 38 + 4} y={at < 11 ? 8 : 200} width="20" height="12" rx="3" fill="#fff" stroke="none" opacity=".5" />),
    <circle key="moon" cx={x} cy={y + 50} r={20 + chance() * 26} fill="#fff" stroke="none" opacity=".3" />,
  ],
  SPORT: (chance) => [
    ...many(8, (at) => <rect key={at} x={at * 50} y="0" width="25" height="220" fill="#fff" stroke="none" opacity=".05" />),
    <g key="pitch" stroke-width="3" opacity=".55" transform={`rotate(${Math.round(chance() * 16 - 8)} 200 110)`}>
      <path d="M200 -60V280M-40 20H440M-40 200H440" />
      <circle cx="200" cy="110" r="46" />
      <circle cx="200" cy="110" r="3" fill="#fff" />
      <path d="M-40 62H60V158H-40M440 62H340V158H440" />
    </g>,
    <path key="ball" d={`M${40 + chance() * 60} 190Q${150 + chance() * 80} ${-30 + chance() * 50} ${310 + chance() * 50} ${90 + chance() * 60}`} stroke-width="4" stroke-dasharray="1 12" opacity=".9" />,
  ],
  CONFERENCE: (chance) => {
    const dots = many(16, (at) => [24 + (at % 6) * 70 + chance() * 44, 24 + Math.floor(at / 6) * 70 + chance() * 44] as const);
    const near = dots.flatMap((a, at) => dots.slice(at + 1).filter((b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 96).map((b) => `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`));
    return [<path key="lines" d={near.join("")} stroke-width="1.5" opacity=".4" />, ...dots.map(([x, y], at) => <circle key={at} cx={x} cy={y} r={3 + chance() * 6} fill="#fff" stroke="none" opacity=".7" />)];
  },
  TRANSPORT: (chance) => {
    const stops = many(6, (at) => [10 + at * 76, 110 + (chance() - 0.5) * 120] as const);
    const way = stops.map(([x, y], at) => (at ? `S${x - 38} ${y} ${x} ${y}` : `M${x} ${y}`)).join("");
    return [
      ...many(4, (at) => <path key={`hill${at}`} d={`M-10 ${150 + at * 20}Q${60 + chance() * 120} ${90 + at * 24} 210 ${150 + at * 18}T410 ${140 + at * 22}V230H-10Z`} fill="#000" stroke="none" opacity=".1" />),
      <path key="way" d={way} stroke-width="5" opacity=".85" />,
      ...stops.map(([x, y], at) => <circle key={at} cx={x} cy={y} r="7" fill="#fff" stroke="#0006" stroke-width="3" />),
    ];
  },
  OTHER: (chance) => many(26, (at) => {
    const r = 4 + chance() ** 2 * 34;
    return <circle key={at} cx={chance() * 400} cy={chance() * 220} r={r} fill="#fff" stroke="none" opacity={0.5 - r / 90} />;
  }),
};
