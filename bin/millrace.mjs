#!/usr/bin/env node
// The millrace command. Builds what is missing or stale, then hands over to the bundle. Plain JavaScript: it must run before anything is built.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, "dist", "millrace.js");

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Millrace needs Node 20.19 or later; this is ${process.versions.node}.`);

const has = (...path) => existsSync(join(root, ...path));
/** A package that was installed into another folder has its dependencies beside it, not within it. */
const installed = (name) => {
  try {
    return Boolean(createRequire(import.meta.url).resolve(name));
  } catch {
    return false;
  }
};
if (!installed("fastify")) fail(`The dependencies are missing. Run 'npm ci' in ${root} first.`);
// An installation without the development dependencies, or from the package, runs what was built before.
if (has("src", "cli", "main.ts") && installed("esbuild")) {
  const { buildWhatIsStale } = await import("../tools/build.mjs");
  await buildWhatIsStale({ web: process.argv[2] === "start" }).catch((error) =>
    fail(`${error.message[0].toUpperCase()}${error.message.slice(1)}.`),
  );
}
if (!existsSync(bundle)) fail("Millrace is not built. Run 'npm ci' and 'npm run build' in its folder.");
// Loading the code would let the space for new objects grow to 32 MiB, which an idle process keeps. It may grow once the server is ready.
setFlagsFromString("--semi-space-growth-factor=1");
await import(pathToFileURL(bundle).href);
