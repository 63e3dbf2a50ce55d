// Addresses of the shop's pages, read and written.

export type Route =
  | { page: "browse" }
  | { page: "event"; slug: string }
  | { page: "session"; id: string }
  | { page: "basket" }
  | { page: "tickets" }
  | { page: "register" }
  | { page: "forgot" }
  | { page: "reset" }
  | { page: "verify" }
  | { page: "invitation" }
  | { page: "account" }
  | { page: "lost" };

const ALONE = ["basket", "tickets", "register", "forgot", "reset", "verify", "invitation", "account"] as const;
const isAlone = (first: string): first is (typeof ALONE)[number] => (ALONE as readonly string[]).includes(first);

export function routeOf(path: string): Route {
  const [first = "", second, ...more] = path.replace(/^\/|\/$/g, "").split("/").map(decoded);
  if (more.length) return { page: "lost" };
  if (second === undefined) {
    if (first === "") return { page: "browse" };
    return isAlone(first) ? { page: first } : { page: "lost" };
  }
  if (first === "events" && second) return { page: "event", slug: second };
  if (first === "sessions" && second) return { page: "session", id: second };
  return { page: "lost" };
}

export const eventPath = (slug: string): string => `/events/${encodeURIComponent(slug)}`;

/** With the seats that shall be picked there. */
export function sessionPath(id: string, seats: readonly string[] = []): string {
  const path = `/sessions/${encodeURIComponent(id)}`;
  const list = seats.some((label) => label.includes(",")) ? JSON.stringify(seats) : seats.join(",");
  return seats.length ? `${path}?${new URLSearchParams({ seats: list })}` : path;
}

/** "A-1,A-2"; labels that have commas themselves come as JSON. */
export function seatsOf(search: string): string[] {
  const list = new URLSearchParams(search).get("seats") ?? "";
  try {
    const labels = JSON.parse(list) as unknown;
    if (Array.isArray(labels)) return labels.filter((label): label is string => typeof label === "string");
  } catch {
    // Not JSON: labels and commas.
  }
  return list.split(",").map((label) => label.trim()).filter(Boolean);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
