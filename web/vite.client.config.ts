// The headless client as one module, for frameworks with a map of their own; see docs/widget.md.

import { defineConfig } from "vite";

export default defineConfig({
  publicDir: false,
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: false,
    lib: { entry: "src/client/main.ts", formats: ["es"], fileName: () => "client.js" },
  },
});
