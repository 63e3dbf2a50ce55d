import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Availability } from "../../src/client/availability";
import { follow } from "../../src/client/live";
import { NOBODY } from "../../src/client/transport";

/** A websocket whose other end is the test. */
class Line extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static lines: Line[] = [];
  readyState = 0;
  protocol = "graphql-transport-ws";
  sent: { type: string; id?: string; payload?: { variables: object } }[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: (event: { code: number; reason: string; wasClean: boolean }) => void;

  constructor(readonly url: string) {
    super();
    Line.lines.push(this);
  }
  send(message: string): void {
    this.sent.push(JSON.parse(message));
  }
  close(code = 1000, reason = ""): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason, wasClean: code === 1000 });
  }
  async accept(): Promise<void> {
    this.readyState = 1;
    this.onopen?.();
    await settled();
    this.say({ type: "connection_ack" });
    await settled();
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  get subscription(): { id?: string; payload?: { variables: object } } | undefined {
    return this.sent.findLast((message) => message.type === "subscribe");
  }
  next(update: object): void {
    this.say({ id: this.subscription?.id, type: "next", payload: { data: { seatAvailability: { available: 0, held: 0, sold: 0, generalAdmission: [], ...update } } } });
  }
}

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const snapshot = (version: number): object => ({ __typename: "AvailabilitySnapshot", version, seats: [] });
const delta = (previousVersion: number, version: number): object => ({ __typename: "AvailabilityDelta", previousVersion, version, changes: [] });
const line = (): Line => Line.lines.at(-1) as Line;

let seen: (number | boolean)[];
let stop: () => void;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  Line.lines = [];
  seen = [];
  stop = follow("http://usher.example", NOBODY, "session_1", { onState: (state: Availability) => seen.push(state.version), onLive: (live) => seen.push(live) });
  await settled();
  await line().accept();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("it asks at the API's websocket, first without a version, and is live with the first message", async () => {
  expect(line().url).toBe("ws://usher.example/graphql");
  expect(line().subscription?.payload?.variables).toEqual({ sessionId: "session_1", sinceVersion: null });
  expect(seen).toEqual([]);
  line().next(snapshot(7));
  line().next(delta(7, 9));
  await settled();
  expect(seen).toEqual([true, 7, 9]);
});

test("after a dropped line it says so, and resumes from the version it has", async () => {
  line().next(snapshot(7));
  await settled();
  line().close(1006);
  await settled();
  expect(seen).toEqual([true, 7, false]);
  await vi.advanceTimersByTimeAsync(200);
  expect(Line.lines.length).toBe(2);
  await line().accept();
  expect(line().subscription?.payload?.variables).toEqual({ sessionId: "session_1", sinceVersion: 7 });
  line().next(delta(7, 12));
  await settled();
  expect(seen).toEqual([true, 7, false, true, 12]);
});

test("a gap is never shown: it asks for the whole state instead", async () => {
  line().next(snapshot(7));
  line().next(delta(8, 9));
  await settled();
  await vi.advanceTimersByTimeAsync(200);
  if (line().readyState === 0) await line().accept();
  expect(line().subscription?.payload?.variables).toEqual({ sessionId: "session_1", sinceVersion: null });
  expect(seen).toEqual([true, 7, false]);
});

async function waitedAfterACut(): Promise<number> {
  line().close(1006);
  const before = Line.lines.length;
  let waited = 0;
  for (; Line.lines.length === before; waited += 100) await vi.advanceTimersByTimeAsync(100);
  return waited;
}

test("its waits grow to five seconds and no further, and begin anew after a success", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  const waits: number[] = [];
  for (let tries = 0; tries < 7; tries++) waits.push(await waitedAfterACut());
  expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  await line().accept();
  line().next(snapshot(1));
  await settled();
  expect(await waitedAfterACut()).toBe(200);
});

test("a line that is silent is asked whether it lives, and given up without an answer", async () => {
  line().next(snapshot(7));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(line().sent.at(-1)).toEqual({ type: "ping" });
  await vi.advanceTimersByTimeAsync(3_300);
  expect(Line.lines.length).toBe(2);
  expect(seen).toEqual([true, 7, false]);
});

test("who stops is told nothing more and leaves no line behind", async () => {
  line().next(snapshot(7));
  await settled();
  stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(Line.lines.filter((one) => one.readyState !== 3)).toEqual([]);
  expect(seen).toEqual([true, 7]);
});
