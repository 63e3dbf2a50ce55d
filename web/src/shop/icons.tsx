// The few signs that the shop draws itself.

const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 5 5",
  basket: "M3 9h18l-2 11H5L3 9Zm5 0 4-6 4 6",
  ticket: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4V6Zm10 0v12",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4 21c1-5 4-6 8-6s7 1 8 6",
  close: "M6 6l12 12M18 6 6 18",
  check: "m5 13 4 4L19 7",
  alert: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5v6m0 3v.2",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4v5l3 2",
  place: "M12 21s7-6 7-11a7 7 0 0 0-14 0c0 5 7 11 7 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  calendar: "M4 6h16v14H4V6Zm0 5h16M8 3v5m8-5v5",
  chevron: "m9 5 7 7-7 7",
  down: "m5 9 7 7 7-7",
  offline: "M4 4l16 16M8 16a6 6 0 0 1 8 0M5 12a10 10 0 0 1 5-3m5 .5a10 10 0 0 1 4 2.5",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-9 9h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9Z",
  mail: "M3 6h18v12H3V6Zm0 1 9 7 9-7",
  key: "M14.5 4a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11Zm-4 9.5L4 20m3-3 2.5 2.5M16 8v.2",
  device: "M4 5h16v11H4V5Zm-2 15h20",
  seat: "M7 4v9h10V4M5 13h14v4H5v-4Zm2 4v3m10-3v3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20, turns = false }: { name: IconName; size?: number; /** Points the other way in right-to-left. */ turns?: boolean }) {
  return (
    <svg class={turns ? "icon turns" : "icon"} aria-hidden="true" viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
      <path d={PATHS[name]} />
    </svg>
  );
}
