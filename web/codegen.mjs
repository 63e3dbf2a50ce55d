// Types and documents of every operation in src/**/*.graphql, from ../schema/schema.graphql, into src/generated.ts.
// With --check nothing is written: a difference, or an operation the schema does not know, fails.

import { codegen } from "@graphql-codegen/core";
import * as documentNode from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { buildSchema, parse, printSchema, specifiedRules, validate } from "graphql";

const OUT = "src/generated.ts";
const SCALARS = { ID: "string", DateTime: "string", Decimal: "string" };

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
const text = `// Made by \`npm run codegen\`; do not edit.\n${made}`;
if (!process.argv.includes("--check")) writeFileSync(OUT, text);
else if (readFileSync(OUT, "utf8") !== text) {
  console.error(`${OUT} is not what the schema and the operations make: run npm run codegen in web/.`);
  process.exit(1);
}
