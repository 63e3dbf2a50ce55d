// fastify with mercurius and graphql-jit, for the on-sale.
import Fastify from "fastify";
import mercurius from "mercurius";
import { loads, port, resolvers, types } from "./hall.mjs";

const app = Fastify({ logger: false });
const loader = (load, key) => (asked) => load(asked.map(({ obj }) => obj[key]));
const loaders = {
  Event: { venue: loader(loads.venue, "venue_id"), tiers: loader(loads.tiers, "id"), remaining: loader(loads.remaining, "id") },
};
app.register(mercurius, { schema: types, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port, host: "127.0.0.1", backlog: 2048 });
