// Where question and answer do not fit side by side; explorer.css says the same.

export const NARROW = "(max-width: 760px)";
