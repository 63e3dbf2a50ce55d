// What the browser keeps for us; where that is forbidden, it lasts as long as the page.

export type Keeping = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export const storage = available(() => localStorage);
/** Of this tab alone. */
export const tabStorage = available(() => sessionStorage);

function available(own: () => Storage): Keeping {
  try {
    own().getItem("");
    return own();
  } catch {
    const kept = new Map<string, string>();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) };
  }
}
