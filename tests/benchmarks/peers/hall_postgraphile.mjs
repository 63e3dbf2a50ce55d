// PostGraphile 5 over the same tables, its hold a function in the database, for the on-sale.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { connectionString, port } from "./hall.mjs";

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString, schemas: ["hall"], poolConfig: { max: 20 } })],
  grafserv: { port, host: "127.0.0.1", graphiql: false, watch: false, graphqlPath: "/graphql", maxRequestLength: 1_000_000 },
  grafast: { explain: false },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
server.listen(port, "127.0.0.1", 2048);
