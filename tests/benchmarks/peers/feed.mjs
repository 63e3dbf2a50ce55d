// What the servers are fed with: the messages that Usher has sent, each asked for by its number in a line on stdin.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export const port = Number(process.argv[2]);
const texts = JSON.parse(readFileSync(process.argv[3], "utf8"));
const [first, ...later] = texts.map((text) => JSON.parse(text).payload.data.seatAvailability);
export { first };

export const types = `
  enum SeatStatus { AVAILABLE HELD SOLD BLOCKED }
  type SeatGroup { status: SeatStatus! labels: [String!]! }
  type PlacesLeft { ticketTypeId: ID! available: Int! }
  type AvailabilitySnapshot {
    version: Int! available: Int! held: Int! sold: Int! seats: [SeatGroup!]! generalAdmission: [PlacesLeft!]!
  }
  type AvailabilityDelta {
    previousVersion: Int! version: Int! available: Int! held: Int! sold: Int!
    changes: [SeatGroup!]! generalAdmission: [PlacesLeft!]!
  }
  union AvailabilityUpdate = AvailabilitySnapshot | AvailabilityDelta
  type Query { version: Int! }
  type Subscription { seatAvailability(sessionId: ID!): AvailabilityUpdate! }
`;

export const resolvers = {
  Query: { version: () => first.version },
  AvailabilityUpdate: { __resolveType: (update) => update.__typename },
  Subscription: { seatAvailability: { subscribe: () => watch(), resolve: (update) => update } },
};

/** As little as there can be between a publisher and a watcher, which gets the snapshot first. */
class Watching {
  unread = [first];
  waiting = null;

  push(update) {
    if (this.waiting) {
      this.waiting({ value: update, done: false });
      this.waiting = null;
    } else this.unread.push(update);
  }
  next() {
    if (this.unread.length) return Promise.resolve({ value: this.unread.shift(), done: false });
    return new Promise((resolve) => (this.waiting = resolve));
  }
  return() {
    watchers.delete(this);
    this.waiting?.({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }
  [Symbol.asyncIterator]() {
    return this;
  }
}

const watchers = new Set();

function watch() {
  const watching = new Watching();
  watchers.add(watching);
  return watching;
}

function tellAll(update) {
  for (const watching of watchers) watching.push(update);
}

/** Says on stdout which version was published when, in seconds of the epoch. */
export function start(publish = tellAll) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (number) => {
    const update = later[number];
    const now = Date.now() / 1000;
    publish(update);
    console.log(update.version, now);
  });
  lines.on("close", () => process.exit());
}
