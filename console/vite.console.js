// The student page, served at /console/.
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue()],
  logLevel: "error",
  base: "/console/",
  build: { outDir: "../api/static/console", emptyOutDir: true, chunkSizeWarningLimit: 900 },
  server: { proxy: { "/graphql": "http://127.0.0.1:8765" } },
});
