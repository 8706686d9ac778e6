// The query explorer, served at /graphiql/; everything it needs is bundled, nothing comes from elsewhere.
import { defineConfig } from "vite";

export default defineConfig({
  root: "graphiql",
  logLevel: "error",
  base: "/graphiql/",
  build: { outDir: "../../api/static/graphiql", emptyOutDir: true, chunkSizeWarningLimit: 4000 },
});
