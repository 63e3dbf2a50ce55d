// Types and documents of every operation in src/**/*.graphql, from ../schema/schema.graphql, into src/generated.ts; and into
// documents.json what the pages send, by hash: the server may be told to take nothing else (USHER_DOCUMENTS=trusted).
// With --check nothing is written: a difference, or an operation the schema does not know, fails.

import { codegen } from "@graphql-codegen/core";
import * as documentNode from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { formatDocument, stringifyDocument } from "@urql/core";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { buildSchema, parse, printSchema, specifiedRules, validate } from "graphql";

const OUT = "src/generated.ts";
const SENT = "documents.json";
const SCALARS = { ID: "string", Date: "string", DateTime: "string", Decimal: "string" };

const schema = buildSchema(readFileSync("../schema/schema.graphql", "utf8"));
const files = readdirSync("src", { recursive: true }).filter((name) => name.endsWith(".graphql")).sort();
const documents = files.map((name) => `src/${name}`).map((location) => ({ location, document: parse(readFileSync(location, "utf8")) }));
const together = { kind: "Document", definitions: documents.flatMap(({ document }) => document.definitions) };
const errors = validate(schema, together, specifiedRules);
if (errors.length) {
  for (const error of errors) console.error(error.toString());
  process.exit(1);
}

const made = await codegen({
  filename: OUT,
  schema: parse(printSchema(schema)),
  schemaAst: schema,
  documents,
  config: { scalars: SCALARS, strictScalars: true, enumsAsTypes: true, useTypeImports: true, optimizeDocumentNode: true, skipTypename: false },
  pluginMap: { operations, documentNode },
  plugins: [{ operations: {} }, { documentNode: {} }],
});
/** As urql writes a document, with a cache and without; where operations are trusted, the explorer is off. */
const sent = [...made.matchAll(/export const (?!Explorer)\w+Document = (\{.*\}) as unknown as/g)].flatMap(([, json]) => {
  const document = () => JSON.parse(json);
  return [stringifyDocument(document()), stringifyDocument(formatDocument(document()))];
});
const hashed = [...new Set(sent)].map((text) => [createHash("sha256").update(text).digest("hex"), text]);
const outputs = {
  [OUT]: `// Made by \`npm run codegen\`; do not edit.\n${made}`,
  [SENT]: `${JSON.stringify(Object.fromEntries(hashed), null, 1)}\n`,
};
for (const [name, text] of Object.entries(outputs))
  if (!process.argv.includes("--check")) writeFileSync(name, text);
  else if (!existsSync(name) || readFileSync(name, "utf8") !== text) {
    console.error(`${name} is not what the schema and the operations make: run npm run codegen in web/.`);
    process.exit(1);
  }
