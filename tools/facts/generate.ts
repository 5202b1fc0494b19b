import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { overlay } from "../../src/apps/highlevel/overlay.ts";
import { readModule } from "./module.ts";
import { renderFacts } from "./render.ts";
import type { Spec } from "./spec.ts";

/** The folder of the vendor's documents: `MILLRACE_SPECS`, or a checkout beside the project. Null when it is not there. */
export function specsFolder(env: Record<string, string | undefined>): string | null {
  const folder = env["MILLRACE_SPECS"] ?? join(packageRoot(), "../shared/highlevel-openapi");
  return existsSync(join(folder, "apps")) ? folder : null;
}

/** Reads every v2 document and gives the files of the facts folder. */
export function generateFacts(folder: string): Map<string, string> {
  const apps = join(folder, "apps");
  const names = readdirSync(apps)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const modules = names.map((name) => {
    const spec = JSON.parse(readFileSync(join(apps, name), "utf8")) as Spec;
    return readModule(name.replace(/\.json$/, ""), spec, overlay);
  });
  refuseStale(new Set(modules.flatMap((m) => m.endpoints.map((e) => e.key))));
  return renderFacts(modules);
}

/** A correction of an endpoint that is gone is a correction nobody reviews any more. */
function refuseStale(keys: ReadonlySet<string>): void {
  const stale = Object.keys(overlay).filter((key) => !keys.has(key));
  if (stale.length) throw new Error(`The overlay corrects endpoints that are not there: ${stale.join(", ")}`);
}
