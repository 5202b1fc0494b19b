import type { ConnectionView, FlowView, Overview, RunView } from "#api/schemas.ts";
import type { StoredError } from "./api.ts";
import { type LostName, lostInFinding } from "./lost-name.ts";

export type Trouble = NonNullable<FlowView["lint"]>["troubles"][number];
type LintCause = NonNullable<Trouble["cause"]>;
type Outage = Overview["outages"][number];

/** A flow that a cause concerns. `trouble`: what its check says of it; null where only its trigger or its runs noticed. */
export interface ConcernedFlow {
  flow: FlowView;
  trouble: Trouble | null;
}

/** One thing outside of the flows that is missing or does not work, with all that hangs on it. */
export interface Cause {
  key: string;
  kind: LintCause["kind"];
  app: string;
  /** What of the connection: the scopes, or a name in its account. */
  of: string | undefined;
  /** The connection, as flows name it; and the connection itself, where there is one. */
  name: string;
  connection: ConnectionView | null;
  /** What people call the connection. */
  title: string;
  flows: ConcernedFlow[];
  /** Runs that failed or are held because of it. */
  runs: RunView[];
  /** The runs that wait for the connection. */
  outage: Outage | null;
}

/** What needs a person: shared causes, then what concerns one flow only, then runs that stopped for a reason of their own. */
export interface Attention {
  causes: Cause[];
  flows: ConcernedFlow[];
  runs: RunView[];
}

export interface Observed {
  flows: readonly FlowView[];
  connections: readonly ConnectionView[];
  outages: readonly Outage[];
  runs: readonly RunView[];
}

const isIll = ({ status }: ConnectionView): boolean => status === "broken" || status === "failed" || status === "expiring";

/** One entry for each cause, however many steps, flows and runs it concerns. Those that keep the most runs come first. */
export function attentionOf({ flows, connections, outages, runs }: Observed): Attention {
  const causes = new Causes(connections);
  for (const connection of connections) {
    const outage = outages.find((one) => one.connection?.id === connection.id) ?? null;
    if (isIll(connection) || outage !== null)
      causes.at({ kind: "login", app: connection.app, connection: connection.name }).outage = outage;
  }
  for (const flow of flows) causes.addTroubles(flow);
  const own = flows.flatMap((flow) => causes.rest(flow) ?? []);
  const others = runs.filter((run) => !causes.takeRun(run));
  return { causes: causes.due(), flows: own, runs: others };
}

class Causes {
  readonly #connections: readonly ConnectionView[];
  readonly #causes = new Map<string, Cause>();

  constructor(connections: readonly ConnectionView[]) {
    this.#connections = connections;
  }

  /** The entry of a cause, made where there is none yet. */
  at({ kind, app, connection: name, title, of }: LintCause): Cause {
    const connection = this.#connections.find((one) => one.name === name || one.formerNames?.includes(name)) ?? null;
    const key = JSON.stringify([kind, connection?.id ?? name, of ?? ""]);
    const called = connection?.title ?? title ?? name;
    const cause = this.#causes.get(key) ?? { key, kind, app, name, of, connection, title: called, flows: [], runs: [], outage: null };
    this.#causes.set(key, cause);
    return cause;
  }

  addTroubles(flow: FlowView): void {
    for (const trouble of flow.lint?.troubles ?? [])
      if (trouble.cause && (trouble.level === "error" || trouble.repair !== undefined))
        this.at(trouble.cause).flows.push({ flow, trouble });
  }

  /** What concerns this flow alone; null where there is nothing, or all of it has a cause that may concern others. */
  rest(flow: FlowView): ConcernedFlow | null {
    const trouble = flow.status === "on" ? flow.lint?.troubles.find(({ cause, level }) => !cause && level === "error") : undefined;
    const { lastError } = flow.trigger;
    const cause = lastError === null ? null : this.#ofError(lastError, flow.id);
    if (cause && !cause.flows.some((one) => one.flow.id === flow.id)) cause.flows.push({ flow, trouble: null });
    const isAlone = flow.reason !== undefined || (lastError !== null && !cause) || trouble !== undefined;
    return isAlone ? { flow, trouble: trouble ?? null } : null;
  }

  /** Whether a run stopped for one of these causes. */
  takeRun(run: RunView): boolean {
    const cause = run.error === null ? null : this.#ofError(run.error, run.flow.id);
    cause?.runs.push(run);
    return cause !== null;
  }

  due(): Cause[] {
    return [...this.#causes.values()].filter(isDue).toSorted((a, b) => heldBack(b) - heldBack(a));
  }

  /** The cause that an error comes from, where it still holds. */
  #ofError({ code, details }: StoredError, flowId: string): Cause | null {
    const all = [...this.#causes.values()];
    const { reference, connection: name } = details;
    if (typeof reference === "object" && reference !== null && "name" in reference)
      return all.find(({ kind, flows }) => kind === "name" && flows.some(isLost(flowId, reference.name))) ?? null;
    const kind = kindOfCode[code];
    return all.find((cause) => cause.kind === kind && (cause.name === name || cause.connection?.name === name)) ?? null;
  }
}

const kindOfCode: Readonly<Record<string, Cause["kind"]>> = {
  CONNECTION_UNKNOWN: "connection",
  CONNECTION_EXPIRED: "login",
  CONNECTION_REVOKED: "login",
  CONNECTION_PAUSED: "login",
  SECRET_UNREADABLE: "login",
  SCOPE_MISSING: "scope",
};

/** How many runs it keeps from going on. */
export const heldBack = ({ runs, outage }: Cause): number => runs.length + (outage?.waiting ?? 0);

/** The flows that run with it, and the drafts and paused ones that would. */
export const isRunning = ({ flow }: ConcernedFlow): boolean => flow.status === "on";

/** What only drafts and paused flows name is nobody's trouble yet. */
const isDue = (cause: Cause): boolean =>
  heldBack(cause) > 0 || cause.flows.some(isRunning) || (cause.kind === "login" && cause.connection !== null);

const isLost =
  (flowId: string, name: unknown) =>
  ({ flow, trouble }: ConcernedFlow): boolean =>
    flow.id === flowId && trouble?.repair?.from === name;

/** Where each flow names what is gone, to be written anew everywhere. */
export const lostIn = ({ flows }: Cause): LostName[] =>
  flows.flatMap(({ flow, trouble }) => (trouble === null ? [] : (lostInFinding(flow.id, trouble) ?? [])));
