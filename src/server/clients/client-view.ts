import type { ClientView } from "#api/schemas.ts";
import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { Clock } from "#kernel/clock.ts";
import type { RunState } from "#engine/types/runs.ts";
import { dayMs } from "#kernel/durations.ts";
import type { Connection } from "#vault/types.ts";
import type { ConnectionUse, Uses } from "../connections/connection-use.ts";

export interface ClientViewParts {
  engine: Pick<Engine, "runs" | "counts"> & { flows: Pick<Engine["flows"], "list" | "versions"> };
  /** What each version names, which is read once. */
  connectionUse: ConnectionUse;
  connections: { list(workspaceId: string): Promise<Connection[]> };
  clock: Clock;
}

const weekMs = 7 * dayMs;
const mostRuns = 50;
/** Newest first; runs of still earlier ones are not shown. */
const mostVersions = 50;

/** What a client sees: the connections of one sub-account, and the flows that work there and nowhere else. */
export async function clientView(parts: ClientViewParts, workspaceId: string, locationId: string): Promise<ClientView> {
  const { engine } = parts;
  const [connections, flows] = await Promise.all([parts.connections.list(workspaceId), engine.flows.list(workspaceId)]);
  const own = connections.filter((connection) => connection.locationId === locationId);
  const worksHere: WorksHere = async ({ id }, version) =>
    worksOnlyIn(await parts.connectionUse.usesIn(workspaceId, id, version), connections, locationId);
  const isOwn = await Promise.all(flows.map(async (flow) => flow.version !== null && worksHere(flow, flow.version)));
  const shown = await Promise.all(flows.filter((_, i) => isOwn[i]).map((flow) => flowOf(parts, flow, worksHere)));
  const runs = shown.flatMap((each) => each.runs).sort((a, b) => b.at - a.at);
  return {
    subAccount: { id: locationId, name: own[0]?.title ?? null },
    connections: own.map(({ title, app, status, reason }) => ({ title, app, status, reason: reason ?? null })),
    flows: shown.map(({ flow }) => flow),
    runs: runs.slice(0, mostRuns),
  };
}

/** Pure. Whether a flow works in this sub-account only. A flow that also works elsewhere shows other clients' data. */
export function worksOnlyIn({ names, takesAll }: Uses, connections: readonly Connection[], locationId: string): boolean {
  const used = connections.filter(({ name, formerNames = [] }) => [name, ...formerNames].some((each) => names.has(each)));
  const known = new Set(used.flatMap(({ name, formerNames = [] }) => [name, ...formerNames]));
  // With a removed connection or an inbox for all sub-accounts, the origin of events is unknown.
  if (takesAll || [...names].some((name) => !known.has(name))) return false;
  const bound = used.filter((connection) => connection.locationId !== undefined || connection.companyId !== undefined);
  return bound.length > 0 && bound.every((connection) => connection.locationId === locationId);
}

/** Whether a version of a flow works in the sub-account alone. */
type WorksHere = (flow: Flow, version: number) => Promise<boolean>;

async function flowOf(parts: ClientViewParts, flow: Flow, worksHere: WorksHere) {
  const { engine, clock } = parts;
  const { id, name, status, workspaceId } = flow;
  const own = await ownVersions(parts, flow, worksHere);
  const from = Math.max(clock.now() - weekMs, own.since);
  const [newest, counts, attention] = await Promise.all([
    engine.runs(workspaceId, { flowId: id, from: own.since }, { limit: mostRuns }),
    engine.counts(workspaceId, { flowId: id, from }),
    engine.counts(workspaceId, { flowId: id, from: own.since, attention: true }),
  ]);
  const sum = (of: Record<RunState, number>, ...states: RunState[]) => states.reduce((all, state) => all + of[state], 0);
  const runs = newest.filter(({ version }) => own.versions.has(version));
  return {
    flow: {
      id,
      name,
      status: status === "on" ? ("on" as const) : ("off" as const),
      lastRunAt: runs[0]?.createdAt ?? null,
      week: {
        succeeded: counts.succeeded,
        failed: sum(counts, "failed", "held"),
        filtered: counts.filtered,
        waiting: sum(counts, "queued", "running", "waiting"),
        attention: sum(attention, "failed", "held"),
      },
    },
    runs: runs.map((run) => ({ at: run.createdAt, flow: name, state: run.state, who: run.person })),
  };
}

/** The versions that work in this sub-account only. Runs of earlier versions may hold another client's data. */
async function ownVersions({ engine }: ClientViewParts, flow: Flow, worksHere: WorksHere) {
  const own = { versions: new Set<number>(), since: Number.MAX_SAFE_INTEGER };
  for (const { version, publishedAt } of (await engine.flows.versions(flow)).slice(0, mostVersions)) {
    if (!(await worksHere(flow, version))) break;
    own.versions.add(version);
    own.since = publishedAt;
  }
  return own;
}
