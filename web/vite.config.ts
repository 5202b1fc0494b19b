import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const api = process.env["MILLRACE_API"] ?? "http://127.0.0.1:4400";

/** `vite build` writes dist/web, which the server hands out; `vite` serves the sources and asks a running Millrace for the data. */
export default defineConfig({
  root: here("."),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: here("../dist/web"),
    emptyOutDir: true,
    // Browsers that know light-dark() and oklch(), so that the tokens ship as they are written.
    target: ["chrome123", "firefox128", "safari17.5"],
    // Nothing inline: the page's security policy only trusts files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The app, and the page of one chart for frames of other products, which has nothing of the app in it.
    rollupOptions: { input: [here("index.html"), here("embed-chart.html")] },
  },
  server: {
    port: 4402,
    proxy: { "/api": { target: api, changeOrigin: true, headers: { origin: api } } },
  },
});
