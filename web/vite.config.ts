// The pages: shop, gate and explorer. The widget, one file for other people's pages, has a build of its own.

import { defineConfig, type Plugin } from "vite";
import { graphiql } from "./src/explorer/vite-plugin.ts";

/** The decoder of codes is served from here; the address its package would load it from has no business in our files. */
const ownDecoder: Plugin = {
  name: "own-decoder",
  transform: (code, id) => (id.includes("zxing-wasm") || id.includes("barcode-detector") ? code.replace(/https:\/\/[a-z.]*jsdelivr\.net\/[^`"']*/g, "/assets/") : null),
};

export default defineConfig({
  publicDir: "public",
  plugins: [graphiql(), ownDecoder],
  build: {
    target: "es2022",
    outDir: "dist",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { shop: "index.html", gate: "gate.html", explorer: "explorer.html" } },
  },
  // For work on the pages: `make run` beside it serves the API, or whatever USHER_API names.
  server: { proxy: Object.fromEntries(["/graphql", "/layouts", "/demo.json", "/demo/mails"].map((path) => [path, { target: process.env["USHER_API"] ?? "http://127.0.0.1:8000", ws: true }])) },
});
