// PostGraphile 5 and its subscriptions, which come by LISTEN from the Postgres whose URL is the third argument.
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { jsonParse } from "postgraphile/@dataplan/json";
import { makePgService } from "postgraphile/adaptors/pg";
import { constant, context, listen } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql } from "postgraphile/utils";
import { first, port, start } from "./feed.mjs";

const connectionString = process.argv[4];
const snapshot = JSON.stringify({ ...first, previousVersion: first.version, changes: first.seats });

const seats = extendSchema(() => ({
  typeDefs: gql`
    enum SeatStatus { AVAILABLE HELD SOLD BLOCKED }
    type SeatGroup { status: SeatStatus! labels: [String!]! }
    type PlacesLeft { ticketTypeId: ID! available: Int! }
    type AvailabilityDelta {
      previousVersion: Int! version: Int! available: Int! held: Int! sold: Int!
      changes: [SeatGroup!]! generalAdmission: [PlacesLeft!]!
    }
    extend type Subscription { seatAvailability(sessionId: ID!): AvailabilityDelta }
  `,
  objects: {
    Subscription: {
      plans: {
        seatAvailability: {
          subscribePlan: () => listen(context().get("pgSubscriber"), constant("seats"), jsonParse, constant(snapshot)),
          plan: ($update) => $update,
        },
      },
    },
  },
}));

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [seats],
  pgServices: [makePgService({ connectionString, schemas: ["public"], pubsub: true })],
  grafserv: { port, host: "127.0.0.1", websockets: true, graphiql: false, watch: false, graphqlPath: "/graphql" },
  grafast: { explain: false },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();

const database = new pg.Client({ connectionString });
await database.connect();
server.listen(port, "127.0.0.1", 2048, () =>
  start((update) => database.query("select pg_notify('seats', $1)", [JSON.stringify(update)])),
);
