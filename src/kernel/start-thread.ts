import { join } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { packageRoot } from "./root.ts";

/** Starts a worker thread: from its bundle in `dist`, or from its source with tsx, which threads do not inherit. */
export function startThread(source: URL, bundle: string, options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(join(packageRoot(), "dist", bundle), { ...options, execArgv: [] });
  const [tsx, file] = [import.meta.resolve("tsx/esm/api"), source.href].map((url) => JSON.stringify(url));
  return new Worker(`import(${tsx}).then(({ register }) => (register(), import(${file})))`, { ...options, execArgv: [], eval: true });
}
