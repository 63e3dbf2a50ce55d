// <usher-seat-map> as one classic script: no CORS needed to load it.

import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  // A library build leaves this to whoever bundles it; here nobody does.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    lib: { entry: "src/widget/main.ts", formats: ["iife"], name: "UsherSeatMap", fileName: () => "widget.js" },
  },
});
