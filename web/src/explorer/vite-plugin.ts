// What the build changes in GraphiQL for the content security policy: no <style> elements, no fonts in data: addresses.

import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const SHEET = fileURLToPath(new URL("./sheet.ts", import.meta.url));

export function graphiql(): Plugin {
  return {
    name: "usher-graphiql",
    enforce: "pre",
    // Who opens the explorer gets all of GraphiQL; nobody else gets any of it.
    config: () => ({ build: { chunkSizeWarningLimit: 1_000 } }),
    resolveId: (source) => (source === "react-style-singleton" ? SHEET : null),
    // GraphiQL's libraries mark themselves for server-side React, which nobody here does.
    onLog: (_, { code }) => code !== "MODULE_LEVEL_DIRECTIVE",
    transform(code, id) {
      if (id.includes("/graphiql/dist/style.css")) return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null };
      if (id.includes("/@graphiql/react/dist/icons/index.js")) return { code: withNames(code), map: null };
      return null;
    },
  };
}

/** Icons are titled after their functions, whose names the minifier takes away. */
function withNames(code: string): string {
  return code.replace("generateIcon(RawComponent)", "generateIcon(RawComponent, name)").replaceAll("RawComponent.name", "name").replace(/generateIcon\((Svg\w+)\)/g, 'generateIcon($1, "$1")');
}
