import type { ConnectionView, FlowView, RunView } from "#api/schemas.ts";
import { fixFor, type Fix } from "./fix.ts";

/** Errors that end once the connection has another login. */
const ofLogin: ReadonlySet<string> = new Set([
  "CONNECTION_UNKNOWN",
  "CONNECTION_EXPIRED",
  "CONNECTION_REVOKED",
  "CONNECTION_PAUSED",
  "APP_UNINSTALLED",
  "CLIENT_REFUSED",
  "CLOCK_OFF",
  "SCOPE_MISSING",
  "SECRET_UNREADABLE",
]);

/** What a person does next about runs that stopped. */
export interface NextStep extends Fix {
  /** What stopped them was put right since; as a sentence to stand above them. Undefined where it was not. */
  mended?: string;
  /** By which version of the flow. */
  by: "same" | "published";
}

interface Surroundings {
  flows: readonly Pick<FlowView, "id" | "version">[];
  connections: readonly Pick<ConnectionView, "name" | "formerNames" | "title" | "status" | "createdAt" | "loginAt" | "checkedAt">[];
}

/** What helps the newest of several runs that stopped alike: what the error says, unless it was mended since. */
export function nextFor({ error, flow, finishedAt, createdAt }: RunView, { flows, connections }: Surroundings): NextStep {
  const fix: Fix = error === null ? { explain: "", remedy: "replay" } : fixFor(error);
  const stopped = finishedAt ?? createdAt;
  const connection = connectionOf(error?.details["connection"], connections);
  if (error !== null && connection !== undefined && ofLogin.has(error.code) && worksSince(connection, stopped, error.code))
    return replay(
      `${connection.title} works now`,
      "The runs that stopped for it can be replayed: the steps already done are kept.",
      "same",
    );
  const published = flows.find(({ id }) => id === flow.id)?.version ?? null;
  if (fix.remedy === "flow" && published !== null && published > flow.version)
    return replay(`Version ${published} was published since`, `If version ${published} fixes this, replay with it.`, "published");
  return { ...fix, by: fix.remedy === "flow" ? "published" : "same" };
}

const replay = (mended: string, explain: string, by: NextStep["by"]): NextStep => ({ mended, explain, remedy: "replay", by });

/** The connection that an error names, by the name it has or had. */
export const connectionOf = <T extends Pick<ConnectionView, "name" | "formerNames">>(
  name: unknown,
  connections: readonly T[],
): T | undefined => connections.find((one) => one.name === name || (typeof name === "string" && one.formerNames?.includes(name)));

/** It has a login that is newer than the trouble; where that was a login which was not active, a call is proof enough. */
function worksSince(
  { status, createdAt, loginAt, checkedAt }: Surroundings["connections"][number],
  stopped: number,
  code: string,
): boolean {
  if (status !== "connected" && status !== "untested") return false;
  const proof = code === "SCOPE_MISSING" ? 0 : status === "connected" ? (checkedAt ?? 0) : 0;
  return Math.max(loginAt ?? createdAt, proof) > stopped;
}
