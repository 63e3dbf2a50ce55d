// The signs of the gate, drawn with lines in the colour of the text.

const SIGNS = {
  in: "M4 12.5 9.5 18 20 6.5",
  out: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  wait: "M12 4v10.5M12 19.4v.2",
  ticket: "M3 8.5V6a1 1 0 0 1 1-1h16a1 1 0 0 1 1 1v2.5a3.5 3.5 0 0 0 0 7V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-2.5a3.5 3.5 0 0 0 0-7zM14 5v2.5M14 10.75v2.5M14 16.5V19",
  camera: "M4 8h3l1.6-2.5h6.8L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM12 16.5a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8z",
  noCamera: "M4 8h3l1.6-2.5h6.8L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1zM3.5 3.5l17 17",
  switch: "M4 11a8 8 0 0 1 13.7-4.6L20 9M20 4v5h-5M20 13a8 8 0 0 1-13.7 4.6L4 15M4 20v-5h5",
  torch: "M9 3h6l-1 6h3.5L10 21l1.5-9H7.5z",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a7.6 7.6 0 0 1 0 11",
  silent: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5",
  down: "M6 9.5l6 6 6-6",
  chosen: "M4 12.5 9.5 18 20 6.5",
} as const;

export type Sign = keyof typeof SIGNS;

export function Symbol({ name }: { name: Sign }) {
  return (
    <svg class="symbol" data-sign={name} viewBox="0 0 24 24" aria-hidden="true">
      <path d={SIGNS[name]} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
