// Builds the server bundle and the web app into dist, each only when its sources changed. `node tools/build.mjs` builds both;
// with a part's name (`server`, `web`) only that.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

const parts = {
  server: {
    title: "the server",
    from: ["src", "package.json", "package-lock.json", "tools/build.mjs"],
    result: join(dist, "millrace.js"),
    build: buildServer,
  },
  web: {
    title: "the web app",
    from: [
      "web",
      "src/kernel",
      "src/catalog",
      "src/surfaces",
      "src/api",
      "src/engine",
      "src/templates",
      "package.json",
      "package-lock.json",
    ],
    result: join(dist, "web", "index.html"),
    build: buildWeb,
  },
};

/** Builds each part whose sources changed since it was built. A web app that cannot be built is told, and no reason to stop. */
export async function buildWhatIsStale({ web = true } = {}) {
  if (isStale("server")) await buildApart("server");
  if (web && hasWeb() && isStale("web"))
    await buildApart("web").catch(() => say("The web app could not be built; everything else works.\n"));
}

/** In a process of its own, whose own output is not for the terminal: a server must not carry the builder's memory through its life. */
function buildApart(name) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${parts[name].title} could not be built`))));
  });
}

const hasWeb = () => existsSync(join(root, "web", "index.html"));
const stampFile = (name) => join(dist, `.${name}.stamp`);

/** By the times of the files, and where those moved (a fresh checkout), by their content. */
function isStale(name) {
  const part = parts[name];
  const files = part.from.flatMap((path) => sources(join(root, path))).sort();
  const last = readStamp(stampFile(name));
  if (!existsSync(part.result) || !last) return true;
  if (last.times === timesOf(files)) return false;
  if (last.content !== contentOf(files)) return true;
  writeStamp(name, files);
  return false;
}

const timesOf = (files) => fingerprint(files, (file) => `${statSync(file).mtimeMs}:${statSync(file).size}`);
const contentOf = (files) => fingerprint(files, (file) => readFileSync(file));
const writeStamp = (name, files) => writeFileSync(stampFile(name), JSON.stringify({ times: timesOf(files), content: contentOf(files) }));

/** The stamp is of the sources as they were before: what is changed during a build is built again. */
async function refresh(name) {
  if (!isStale(name)) return;
  const part = parts[name];
  const files = part.from.flatMap((path) => sources(join(root, path))).sort();
  const stamp = JSON.stringify({ times: timesOf(files), content: contentOf(files) });
  await build(part);
  writeFileSync(stampFile(name), stamp);
}

async function build(part) {
  const started = Date.now();
  say(`Building ${part.title} … `);
  mkdirSync(dist, { recursive: true });
  try {
    await part.build();
    say(`done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    say("failed\n");
    throw error;
  }
}

async function buildServer() {
  const { build: bundle } = await import("esbuild");
  rmSync(join(dist, "server"), { recursive: true, force: true });
  await bundle({
    entryPoints: {
      millrace: join(root, "src/cli/main.ts"),
      "reading-worker": join(root, "src/definitions/worker.ts"),
      "export-worker": join(root, "src/flow-import/worker.ts"),
      "script-worker": join(root, "src/engine/scripts/worker.ts"),
    },
    outdir: dist,
    chunkNames: "server/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: true,
    logLevel: "error",
    absWorkingDir: root,
  });
}

async function buildWeb() {
  const { build: bundle } = await import("vite");
  await bundle({ root: join(root, "web"), logLevel: "error", build: { outDir: join(dist, "web"), emptyOutDir: true } });
}

/** Files that decide what is built: everything under a path but tests. */
function sources(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(path)
    .filter((name) => name !== "node_modules" && !name.startsWith("."))
    .flatMap((name) => sources(join(path, name)));
}

function fingerprint(files, of) {
  const hash = createHash("sha256").update(process.versions.node);
  for (const file of files) hash.update(relative(root, file)).update("\0").update(of(file)).update("\0");
  return hash.digest("hex");
}

function readStamp(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

const say = (text) => process.stderr.write(text);

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const wanted = process.argv[2] ? [process.argv[2]] : ["server", ...(hasWeb() ? ["web"] : [])];
  try {
    for (const name of wanted) await refresh(name);
  } catch (error) {
    say(`${String(error.message).split("\n").slice(0, 10).join("\n")}\n`);
    process.exitCode = 1;
  }
}
