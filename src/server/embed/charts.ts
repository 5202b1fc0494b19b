import { DateTime } from "luxon";
import type { ChartView, DayCounts } from "#api/schemas.ts";
import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { RunState } from "#engine/types/runs.ts";
import { badInput } from "#kernel/errors.ts";
import type { RunQuarter, RunQuarters } from "#storage/run-quarters.ts";
import type { Vault } from "#vault/vault.ts";
import { worksOnlyIn } from "../clients/client-view.ts";
import type { ConnectionUse } from "../connections/connection-use.ts";
import { readKnownConnections } from "../connections/known-connections.ts";

/** What a chart is of: at most one of these; everything in the workspace where there is none. */
export interface ChartScope {
  flow?: string;
  connection?: string;
  subAccount?: string;
}

/** The days that a chart shows; today is the last one. */
export interface ChartRange {
  days: number;
  zone: string;
}

/** Where the numbers of a kind of chart come from. Everything it is asked is about one workspace. */
export interface ChartSource {
  /** The scope with ids in place of names. Throws where it names nothing that is there. */
  check(workspaceId: string, scope: ChartScope): Promise<ChartScope>;
  /** Throws as `check` does, for what was removed since. */
  read(workspaceId: string, scope: ChartScope, range: ChartRange, now: number): Promise<ChartView>;
}

export interface RunChartParts {
  flows: Pick<Engine["flows"], "get" | "list">;
  connections: Pick<Vault, "get" | "list" | "removed">;
  connectionUse: Pick<ConnectionUse, "of" | "usesIn">;
  runQuarters: RunQuarters;
}

/** Runs for each day on which they were accepted, by what became of them. */
export class RunChart implements ChartSource {
  readonly #parts: RunChartParts;

  constructor(parts: RunChartParts) {
    this.#parts = parts;
  }

  async check(workspaceId: string, scope: ChartScope): Promise<ChartScope> {
    await this.#title(workspaceId, scope);
    if (scope.connection === undefined) return scope;
    return { connection: (await this.#parts.connections.get(workspaceId, scope.connection)).id };
  }

  async read(workspaceId: string, scope: ChartScope, { days, zone }: ChartRange, now: number): Promise<ChartView> {
    const title = await this.#title(workspaceId, scope);
    const flows = await this.#flowsOf(workspaceId, scope);
    const isWhole = Object.keys(scope).length === 0;
    const first = DateTime.fromMillis(now, { zone })
      .startOf("day")
      .minus({ days: days - 1 });
    const ids = isWhole ? null : flows.map(({ id }) => id);
    const quarters = await this.#parts.runQuarters.count(workspaceId, ids, first.toMillis(), now);
    const since = Math.min(...flows.map(({ createdAt }) => createdAt), ...quarters.map(({ at }) => at));
    return { chart: "runs", title, zone, ...byDay(quarters, first, days, since) };
  }

  async #title(workspaceId: string, { flow, connection, subAccount }: ChartScope): Promise<string> {
    const { flows, connections } = this.#parts;
    if (flow !== undefined) return (await flows.get(workspaceId, flow)).name;
    if (connection !== undefined) return (await connections.get(workspaceId, connection)).title;
    if (subAccount === undefined) return "All flows";
    const one = (await connections.list(workspaceId)).find(({ locationId }) => locationId === subAccount);
    if (!one) throw badInput("subAccount", "must be the id of a sub-account that has a connection here");
    return one.title;
  }

  async #flowsOf(workspaceId: string, { flow, connection, subAccount }: ChartScope): Promise<Pick<Flow, "id" | "createdAt">[]> {
    const { flows, connections, connectionUse } = this.#parts;
    if (flow !== undefined) return [await flows.get(workspaceId, flow)];
    const all = await flows.list(workspaceId);
    if (connection !== undefined) {
      const of = await connectionUse.of(workspaceId);
      const ids = new Set(of(await connections.get(workspaceId, connection)).map(({ id }) => id));
      return all.filter(({ id }) => ids.has(id));
    }
    if (subAccount === undefined) return all;
    const known = await readKnownConnections(connections, workspaceId);
    const isOwn = await Promise.all(
      all.map(
        async ({ id, version }) => version !== null && worksOnlyIn(await connectionUse.usesIn(workspaceId, id, version), known, subAccount),
      ),
    );
    return all.filter((_, i) => isOwn[i]);
  }
}

/** Pure. A quarter of an hour lies in one day, whatever the zone. */
export function byDay(
  quarters: readonly RunQuarter[],
  first: DateTime,
  days: number,
  since: number,
): Omit<ChartView, "chart" | "title" | "zone"> {
  const dates = Array.from({ length: days }, (_, i) => dateOf(first.plus({ days: i })));
  const begun = Number.isFinite(since) ? dateOf(DateTime.fromMillis(since, { zone: first.zone })) : null;
  const isKnown = (date: string) => begun !== null && date >= begun;
  const counts = new Map(dates.filter(isKnown).map((date) => [date, none()]));
  for (const { at, state, runs } of quarters) {
    const day = counts.get(dateOf(DateTime.fromMillis(at, { zone: first.zone })));
    if (day) day[shownAs[state]] += runs;
  }
  return {
    from: dates[0]!,
    to: dates.at(-1)!,
    days: dates.map((date) => ({ date, runs: counts.get(date) ?? null })),
    missing: begun === null ? "There is no flow yet." : begun > dates[0]! ? `There was no flow before ${begun}.` : null,
  };
}

const dateOf = (moment: DateTime): string => moment.toFormat("yyyy-MM-dd");
const none = (): DayCounts => ({ succeeded: 0, filtered: 0, failed: 0, cancelled: 0, open: 0 });

const shownAs: Record<RunState, keyof DayCounts> = {
  queued: "open",
  running: "open",
  waiting: "open",
  succeeded: "succeeded",
  filtered: "filtered",
  failed: "failed",
  held: "failed",
  cancelled: "cancelled",
};
