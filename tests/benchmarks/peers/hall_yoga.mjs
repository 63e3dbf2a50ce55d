// graphql-yoga on Node's own server, for the on-sale.
import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";
import { loads, port, resolvers, types } from "./hall.mjs";

/** A loader as DataLoader is one: what is asked in one tick is asked together. */
function batched(load) {
  let waiting = new Map();
  const run = async () => {
    const asked = waiting;
    waiting = new Map();
    try {
      const found = await load([...asked.keys()]);
      [...asked.values()].forEach(({ resolve }, at) => resolve(found[at]));
    } catch (error) {
      for (const { reject } of asked.values()) reject(error);
    }
  };
  return (key) => {
    if (!waiting.size) process.nextTick(() => Promise.resolve().then(run));
    if (!waiting.has(key)) {
      const one = {};
      one.promise = new Promise((resolve, reject) => Object.assign(one, { resolve, reject }));
      waiting.set(key, one);
    }
    return waiting.get(key).promise;
  };
}

const Event = {
  ...resolvers.Event,
  venue: (event, _, { load }) => load.venue(event.venue_id),
  tiers: (event, _, { load }) => load.tiers(event.id),
  remaining: (event, _, { load }) => load.remaining(event.id),
};
const context = () => ({ load: Object.fromEntries(Object.entries(loads).map(([name, load]) => [name, batched(load)])) });
const schema = createSchema({ typeDefs: types, resolvers: { ...resolvers, Event } });
const yoga = createYoga({ schema, graphiql: false, logging: false, context });
createServer(yoga).listen(port, "127.0.0.1", 2048);
