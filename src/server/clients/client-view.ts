import type { ClientView } from "#api/schemas.ts";
import type { Engine } from "#engine/api.ts";
import { flowSentence, type Titles } from "#engine/flow/sentence.ts";
import { nameIn } from "#engine/people/name.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { Clock } from "#kernel/clock.ts";
import type { RunState } from "#engine/types/runs.ts";
import { dayMs } from "#kernel/durations.ts";
import type { RemovedConnection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import type { ConnectionUse, Uses } from "../connections/connection-use.ts";
import { withoutPutRight } from "../runs/put-right.ts";
import { knownConnections, namesOf, type KnownConnection } from "../connections/known-connections.ts";

export interface ClientViewParts {
  engine: Pick<Engine, "runs" | "counts" | "putRight"> & { flows: Pick<Engine["flows"], "list" | "versions" | "published"> };
  titlesOf: (workspaceId: string) => Titles;
  /** What each version names, which is read once. */
  connectionUse: ConnectionUse;
  connections: Pick<Vault, "list" | "removed">;
  /** What its owners call a workspace; null where they gave it no name. */
  workspaceName: (workspaceId: string) => Promise<string | null>;
  clock: Clock;
}

const weekMs = 7 * dayMs;
const mostRuns = 50;
/** Newest first; runs of still earlier ones are not shown. */
const mostVersions = 50;

/** What a client sees: the connections of one sub-account, and the flows that work there and nowhere else. */
export async function clientView(parts: ClientViewParts, workspaceId: string, locationId: string): Promise<ClientView> {
  const { connections, connectionUse, engine } = parts;
  const [present, removed, flows, published] = await Promise.all([
    connections.list(workspaceId),
    connections.removed(workspaceId),
    engine.flows.list(workspaceId),
    engine.flows.published(workspaceId),
  ]);
  const titles = parts.titlesOf(workspaceId);
  const appTitle = (app: string) => titles.app(app)?.title ?? app;
  const known = knownConnections(present, removed);
  const usesIn = ({ id }: Flow, version: number) => connectionUse.usesIn(workspaceId, id, version);
  const place: Place = {
    worksHere: async (flow, version) => worksOnlyIn(await usesIn(flow, version), known, locationId),
    elsewhereUntil: async (flow, version) => elsewhereUntil(await usesIn(flow, version), removed, locationId),
  };
  const isOwn = await Promise.all(flows.map(async (flow) => flow.version !== null && place.worksHere(flow, flow.version)));
  const own = flows.filter((_, i) => isOwn[i]);
  const shown = await Promise.all(own.map((flow) => flowOf(parts, flow, place)));
  const here = known.filter((connection) => connection.locationId === locationId);
  const named = await Promise.all(own.filter(({ status }) => status === "on").map((flow) => connectionUse.namesOf(flow)));
  const isNamed = (one: KnownConnection) => named.some((names) => namesOf(one).some((name) => names.has(name)));
  const runs = shown.flatMap((each) => each.runs).sort((a, b) => b.at - a.at);
  return {
    agency: await parts.workspaceName(workspaceId),
    subAccount: { id: locationId, name: here[0]?.title ?? null },
    connections: [
      ...present
        .filter((connection) => connection.locationId === locationId)
        .map(({ title, app, status, reason }) => ({ title, app: appTitle(app), status, reason: reason ?? null })),
      ...here.filter((one) => one.removedAt !== undefined && isNamed(one)).map(({ title, app }) => removedView(title, appTitle(app))),
    ],
    flows: shown.map(({ flow }) => ({ ...flow, sentence: sentenceOf(published.get(flow.id), titles) })),
    runs: runs.slice(0, mostRuns),
  };
}

const sentenceOf = (definition: FlowDefinition | undefined, titles: Titles): string => (definition ? flowSentence(definition, titles) : "");

const removedView = (title: string, app: string) => ({
  title,
  app,
  status: "broken" as const,
  reason: "This connection was removed.",
});

/** Pure. Whether a flow works in this sub-account only. A flow that also works elsewhere shows other clients' data. */
export function worksOnlyIn({ names, takesAll }: Uses, connections: readonly KnownConnection[], locationId: string): boolean {
  const used = connections.filter((connection) => namesOf(connection).some((each) => names.has(each)));
  const known = new Set(used.flatMap(namesOf));
  // With an unknown connection or an inbox for all sub-accounts, the origin of events is unknown.
  if (takesAll || [...names].some((name) => !known.has(name))) return false;
  const bound = used.filter((connection) => connection.locationId !== undefined || connection.companyId !== undefined);
  return bound.length > 0 && bound.every((connection) => connection.locationId === locationId);
}

/** Pure. Until when one of the names meant a connection of somewhere else: the runs until then may be another client's. */
function elsewhereUntil({ names }: Uses, removed: readonly RemovedConnection[], locationId: string): number {
  const elsewhere = removed.filter(
    (one) =>
      one.locationId !== locationId && (one.locationId ?? one.companyId) !== undefined && namesOf(one).some((name) => names.has(name)),
  );
  return Math.max(0, ...elsewhere.map(({ removedAt }) => removedAt));
}

/** What a version of a flow has to do with the sub-account. */
interface Place {
  /** Whether it works there and nowhere else. */
  worksHere(flow: Flow, version: number): Promise<boolean>;
  elsewhereUntil(flow: Flow, version: number): Promise<number>;
}

async function flowOf(parts: ClientViewParts, flow: Flow, place: Place) {
  const { engine, clock } = parts;
  const { id, name, status, workspaceId } = flow;
  const own = await ownVersions(parts, flow, place);
  const from = Math.max(clock.now() - weekMs, own.since);
  const [newest, all, putRight, attention] = await Promise.all([
    engine.runs(workspaceId, { flowId: id, from: own.since }, { limit: mostRuns }),
    engine.counts(workspaceId, { flowId: id, from }),
    engine.putRight(workspaceId, from),
    engine.counts(workspaceId, { flowId: id, from: own.since, attention: true }),
  ]);
  const sum = (of: Record<RunState, number>, ...states: RunState[]) => states.reduce((all, state) => all + of[state], 0);
  const counts = withoutPutRight(all, putRight.get(id));
  const replayed = new Set(
    newest.flatMap(({ state, replayOf }) => (state === "succeeded" || state === "filtered" ? (replayOf ?? []) : [])),
  );
  const runs = newest.filter(({ version, id: run }) => own.versions.has(version) && !replayed.has(run));
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
    runs: runs.map((run) => ({
      at: run.createdAt,
      flow: name,
      state: run.state,
      who: nameIn(run.people) ?? run.person,
      done: run.state === "succeeded" ? run.summary : null,
    })),
  };
}

/** The versions that work in this sub-account only. Runs of earlier versions may hold another client's data. */
async function ownVersions({ engine }: ClientViewParts, flow: Flow, place: Place) {
  const own = { versions: new Set<number>(), since: Number.MAX_SAFE_INTEGER };
  for (const { version, publishedAt } of (await engine.flows.versions(flow)).slice(0, mostVersions)) {
    if (!(await place.worksHere(flow, version))) break;
    const until = await place.elsewhereUntil(flow, version);
    own.versions.add(version);
    own.since = Math.min(own.since, Math.max(publishedAt, until));
    if (until > publishedAt) break;
  }
  return own;
}
