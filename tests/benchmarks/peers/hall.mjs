// What the Node servers of the on-sale share: the tables of on_sale_peers.sql, and the statements of somebody who knows Postgres.
import pg from "pg";

export const port = Number(process.argv[2]);
export const connectionString = process.argv[3];
const pool = new pg.Pool({ connectionString, max: 20 });

/** Prepared once a connection, by its name. */
async function rows(name, text, values) {
  return (await pool.query({ name, text, values })).rows;
}

export const types = `
  type Venue { name: String! }
  type PriceTier { name: String! amountCents: Int! currency: String! }
  enum SeatStatus { AVAILABLE HELD SOLD }
  type Seat { id: Int! section: String! row: String! number: Int! tierId: Int! status: SeatStatus! }
  type Event { id: Int! title: String! startsAt: String! venue: Venue! tiers: [PriceTier!]! remaining: Int! seats: [Seat!]! }
  type Query { events(first: Int!): [Event!]! event(id: Int!): Event }
  type Hold { seats: [Seat!]! expiresAt: String! }
  type Mutation { holdSeats(eventId: Int!, seatIds: [Int!]!, buyer: String!): Hold }
`;

const EVENT = `select id, title, starts_at as "startsAt", venue_id from hall.event`;
const SEAT = `id, section, row, number, tier_id as "tierId", status`;
const HOLD = `
  with locked as (
    select id from hall.seat where id = any($2) and event_id = $1 and status = 'AVAILABLE' order by id for no key update
  ), enough as (
    select count(*) = cardinality($2::int[]) as ok from locked
  ), noted as (
    insert into hall.hold (event_id, buyer, seat_ids, expires_at)
    select $1, $3, $2, now() + interval '15 minutes' from enough where ok returning id, expires_at
  )
  update hall.seat set status = 'HELD', hold_id = noted.id from locked, noted where seat.id = locked.id
  returning seat.id, section, row, number, tier_id as "tierId", status, noted.expires_at as "expiresAt"`;

export async function hold({ eventId, seatIds, buyer }) {
  const seats = await rows("hold", HOLD, [eventId, seatIds, buyer]);
  return seats.length === seatIds.length ? { seats, expiresAt: seats[0].expiresAt.toISOString() } : null;
}

const byKey = (found, keys, key) => {
  const groups = new Map(keys.map((one) => [one, []]));
  for (const row of found) groups.get(row[key]).push(row);
  return keys.map((one) => groups.get(one));
};

/** What is asked for many events at once, each in one statement. */
export const loads = {
  async venue(ids) {
    const found = await rows("venues", "select id, name from hall.venue where id = any($1)", [ids]);
    return byKey(found, ids, "id").map(([venue]) => venue);
  },
  async tiers(ids) {
    const found = await rows(
      "tiers",
      `select event_id, name, amount_cents as "amountCents", currency from hall.price_tier where event_id = any($1) order by id`,
      [ids],
    );
    return byKey(found, ids, "event_id");
  },
  async remaining(ids) {
    const found = await rows(
      "remaining",
      "select event_id, count(*)::int as n from hall.seat where event_id = any($1) and status = 'AVAILABLE' group by event_id",
      [ids],
    );
    return byKey(found, ids, "event_id").map(([one]) => one?.n ?? 0);
  },
};

export const resolvers = {
  Query: {
    events: (_, { first }) => rows("events", `${EVENT} order by starts_at limit $1`, [first]),
    event: async (_, { id }) => (await rows("event", `${EVENT} where id = $1`, [id]))[0],
  },
  Mutation: { holdSeats: (_, asked) => hold(asked) },
  Event: {
    startsAt: (event) => event.startsAt.toISOString(),
    seats: (event) => rows("seats", `select ${SEAT} from hall.seat where event_id = $1 order by id`, [event.id]),
  },
};
