import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { newerId, type EndpointFacts } from "../../src/apps/highlevel/facts.ts";
import { overlay, type Correction } from "../../src/apps/highlevel/overlay.ts";
import { renames } from "../../src/apps/highlevel/renames.ts";
import { factsOf, readModule, type Described, type Reader } from "./module.ts";
import { renderFacts } from "./render.ts";
import { scopesOf } from "./scopes.ts";
import type { Spec } from "./spec.ts";

/** The folder of the vendor's documents: `MILLRACE_SPECS`, or a checkout beside the project. Null when it is not there. */
export function specsFolder(env: Record<string, string | undefined>): string | null {
  const folder = env["MILLRACE_SPECS"] ?? join(packageRoot(), "../shared/highlevel-openapi");
  return existsSync(join(folder, "apps")) ? folder : null;
}

/** Reads every document of both versions and gives the files of the facts folder. */
export function generateFacts(folder: string): Map<string, string> {
  const older = documents(join(folder, "apps")).map(([name, spec]) => readModule(name, spec));
  const pairing = keysByRoute(older);
  const newer = documents(join(folder, "apps/v3")).map(([name, spec]) => readModule(moduleNames[name] ?? name, spec, pairing));
  const byKey = new Map([...older, ...newer].flatMap((m) => m.endpoints.map((e) => [e.key, e] as const)));
  refuseStale(byKey);
  const counterpart = ({ key }: EndpointFacts) => byKey.get(newerId(key)) ?? byKey.get(key.replace(/@v3$/, ""));
  const finish = (described: Described, correct: typeof correctionOf) =>
    factsOf(
      described,
      (facts, reader) => correct(facts, reader, byKey),
      (facts) => scopesOf(facts, other(facts, counterpart)),
    );
  return renderFacts(
    older.map((m) => finish(m, correctionOf)),
    newer.map((m) => finish(m, newerCorrectionOf)),
  );
}

/** An endpoint only one version has is described by no other. */
const other = (facts: EndpointFacts, counterpart: (facts: EndpointFacts) => EndpointFacts | undefined) => {
  const found = counterpart(facts);
  return found === facts ? undefined : found;
};

/** Modules whose name changed. */
const moduleNames: Record<string, string> = {
  "ad-publishing": "ad-manager",
  saas: "saas-api",
  "social-planner": "social-media-posting",
};

function documents(folder: string): [module: string, spec: Spec][] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return names
    .map((name): [string, Spec] => [name.replace(/(-v3)?\.json$/, ""), JSON.parse(readFileSync(join(folder, name), "utf8")) as Spec])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** An endpoint of the newer description has the key of the older one at its route, and a mark; else one of its own. */
function keysByRoute(older: readonly Described[]): (facts: EndpointFacts) => string {
  const keys = new Map(older.flatMap((m) => m.endpoints.map((e) => [routeOf(e.method, e.path), e.key] as const)));
  for (const [key, { to, set }] of Object.entries(renames)) {
    const [method = "", path = ""] = to.split(" ");
    if (!set) keys.set(routeOf(method, path), key); // where several became one, that one keeps a name of its own
  }
  return ({ key, method, path }) => newerId(keys.get(routeOf(method, path)) ?? key);
}

/** A route whatever its placeholders are called. */
const routeOf = (method: string, path: string): string => `${method} ${path.replace(/\{[^}]+\}/g, "{}")}`;

type Known = ReadonlyMap<string, EndpointFacts>;
const correctionOf = ({ key }: EndpointFacts, _: Reader, __: Known): Correction | undefined => overlay[key];

/** A correction of the older description holds for the newer one in the parts where that says the very same. */
function newerCorrectionOf(facts: EndpointFacts, reader: Reader, known: Known): Correction | undefined {
  const own = overlay[facts.key];
  const key = facts.key.replace(/@v3$/, "");
  const [older, correction] = [known.get(key), overlay[key]];
  if (own || !older || !correction) return own;
  const same = (part: string) => JSON.stringify(facts[part as keyof EndpointFacts]) === JSON.stringify(older[part as keyof EndpointFacts]);
  const parts = Object.entries(correction.facts ?? {}).filter(
    ([part, value]) => part !== "version" && same(part) && reader.resolves(value),
  );
  return {
    why: correction.why,
    facts: Object.fromEntries(parts),
    ...(correction.body && same("body") ? { body: correction.body } : {}),
  };
}

/** A correction of an endpoint that is gone is a correction nobody reviews any more. */
function refuseStale(known: Known): void {
  const stale = Object.keys({ ...overlay, ...renames }).filter((key) => !known.has(key));
  if (stale.length) throw new Error(`Endpoints are corrected or renamed that are not there: ${stale.join(", ")}`);
}
