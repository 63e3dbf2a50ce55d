// What the browser keeps for us; where that is forbidden, it lasts as long as the page.

export type Keeping = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export const storage: Keeping = available();

function available(): Keeping {
  try {
    localStorage.getItem("");
    return localStorage;
  } catch {
    const kept = new Map<string, string>();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) };
  }
}
