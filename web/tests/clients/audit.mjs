// What graphql-http finds in a server by the specification of GraphQL over HTTP: a list of [id, name, status].

import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const results = [];
for (const audit of serverAudits({ url: `${url}/graphql` })) {
  const { id, name, status, reason } = await audit.fn();
  results.push([id, name, status, reason ?? null]);
}
console.log(JSON.stringify(results));
