// fastify with mercurius, compiled by graphql-jit.
import Fastify from "fastify";
import mercurius from "mercurius";
import { port, resolvers, start, types } from "./feed.mjs";

const app = Fastify({ logger: false });
app.register(mercurius, { schema: types, resolvers, jit: 1, graphiql: false, subscription: true });
await app.listen({ port, host: "127.0.0.1", backlog: 2048 });
start();
