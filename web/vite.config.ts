import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// A Docent, or dev/fixture_server.mjs, for `npm run dev`.
const server = process.env.DOCENT_URL ?? "http://127.0.0.1:8899";

export default defineConfig({
  plugins: [react()],
  base: "./",
  build: {
    target: "es2022",
    // The page's policy allows no inline code or data: addresses: everything is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: { input: ["index.html", "review.html"] },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/ui": server, "/api": server, "/v2": server, "/default": server, "^/.*\\.md$": server },
  },
});
