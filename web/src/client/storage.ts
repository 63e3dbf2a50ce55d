// What the browser keeps for us; where that is forbidden, or full, it lasts as long as the page.

export type Keeping = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** `open` may throw, as reading `localStorage` does inside somebody's page. */
export function keepingIn(open: () => Keeping): Keeping {
  const own = new Map<string, string>();
  const tried = <Found>(look: (kept: Keeping) => Found): Found | null => {
    try {
      return look(open());
    } catch {
      return null;
    }
  };
  return {
    getItem: (key) => own.get(key) ?? tried((kept) => kept.getItem(key)),
    setItem(key, value) {
      own.set(key, value);
      tried((kept) => {
        kept.setItem(key, value);
        own.delete(key);
      });
    },
    removeItem(key) {
      own.delete(key);
      tried((kept) => kept.removeItem(key));
    },
  };
}

export const storage = keepingIn(() => localStorage);
/** Of this tab alone. */
export const tabStorage = keepingIn(() => sessionStorage);
