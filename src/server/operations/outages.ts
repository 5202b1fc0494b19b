import type { Outage } from "#engine/types/runs.ts";
import type { Connection } from "#vault/types.ts";
import type { OutageView } from "#api/schemas.ts";

/**
 * What keeps runs waiting: one line for each host (or app, where no host is named), from what this process sees of its calls and from what
 * the rows of waiting runs say. The rows know of runs that wait since before a restart, the process when a host is asked again. Connections
 * for which runs wait come first, a line each: those need a person.
 */
export function joinOutages(seen: readonly OutageView[], rows: readonly Outage[], connections: readonly Connection[] = []): OutageView[] {
  const logins = rows.flatMap((row) => connections.filter(({ id }) => id === row.connection).map((login) => ofConnection(row, login)));
  const systems = rows.filter(({ connection }) => connection === undefined).map(({ connection: _, ...row }) => row);
  return [...logins.toSorted((a, b) => a.since - b.since), ...joinSystems(seen, systems)];
}

const ofConnection = (row: Outage, { id, name, title, status }: Connection): OutageView => ({
  ...row,
  nextTryAt: null,
  connection: { id, name, title, status },
});

type SystemOutage = Omit<Outage, "connection">;

function joinSystems(seen: readonly OutageView[], rows: readonly SystemOutage[]): OutageView[] {
  // The process also sees hosts that only other workspaces call: their names are none of this one's business.
  const own = seen.filter((live) => live.waiting > 0 || rows.some(({ host }) => host !== null && host === live.host));
  const joined = rows.reduce<OutageView[]>((lines, row) => {
    const same = lines.find((line) => isSame(line, row));
    return same ? lines.map((line) => (line === same ? together(line, row) : line)) : [...lines, { ...row }];
  }, []);
  const others = own.filter((live) => live.waiting > 0 && !joined.some((line) => isSame(live, line)));
  const lines = joined.map((line) => {
    const live = own.find((one) => isSame(one, line));
    return live ? { ...line, host: live.host, nextTryAt: live.nextTryAt ?? line.nextTryAt, since: Math.min(live.since, line.since) } : line;
  });
  return [...lines, ...others].toSorted((a, b) => a.since - b.since);
}

type Place = Pick<OutageView, "app" | "host">;
const isSame = (a: Place, b: Place) => (a.host !== null && b.host !== null ? a.host === b.host : a.app !== null && a.app === b.app);

const together = (line: OutageView, row: SystemOutage): OutageView => ({
  ...line,
  since: Math.min(line.since, row.since),
  nextTryAt: Math.min(line.nextTryAt ?? row.nextTryAt, row.nextTryAt),
  waiting: line.waiting + row.waiting,
  flows: summed([...line.flows, ...row.flows]),
});

function summed(flows: OutageView["flows"]): OutageView["flows"] {
  const waiting = new Map<string, number>();
  for (const flow of flows) waiting.set(flow.flowId, (waiting.get(flow.flowId) ?? 0) + flow.waiting);
  return [...waiting].map(([flowId, n]) => ({ flowId, waiting: n }));
}
