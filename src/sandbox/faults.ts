import { badInput } from "#kernel/errors.ts";
import { Random } from "./random.ts";
import type { Records } from "./records.ts";

/** What can go wrong on demand, and what each means to a caller. */
export const faultKinds = {
  latency: "Slow answers",
  rate_limit: "429 storm",
  server_error: "Server errors",
  drop_before: "Connection dropped, nothing stored",
  drop_after: "Connection dropped after storing",
  refuse_after_write: "422 after storing",
  index_lag: "Search lags behind writes",
  token_expired: "Access token expires",
  token_revoked: "Access revoked",
  route_closed: "Address not open to the login",
  refresh_spent: "Refresh token already spent",
  location_inactive: "Sub-account paused at refresh",
  webhook_lost: "Webhook lost",
  webhook_doubled: "Webhook sent twice",
  webhook_late: "Webhook late",
  webhook_reordered: "Webhooks out of order",
  webhook_bare_task: "TaskCreate without its contact",
} as const;
export type FaultKind = keyof typeof faultKinds;

export interface FaultSpec {
  kind: FaultKind;
  /** `POST /contacts/upsert`, `/contacts/*`, or for webhooks the event's name. Everything when absent. */
  route?: string | undefined;
  /** 0 to 1; always when absent. */
  probability?: number | undefined;
  /** How often it strikes before it is over; for ever when absent. */
  count?: number | undefined;
  /** For latency, late webhooks and the search's lag. */
  ms?: number | undefined;
  /** For server errors: 500, 502, 503, 504. */
  status?: number | undefined;
}
export interface Fault extends FaultSpec {
  id: string;
  struck: number;
}

/** The faults switched on. They outlive a restart, as a broken system would. */
export class Faults {
  readonly #records: Records;
  readonly #random: Random;
  #faults: Fault[];
  #next = 1;

  constructor(records: Records, seed: number) {
    this.#records = records;
    this.#random = new Random(seed, 0, 4);
    this.#faults = JSON.parse(records.getMeta("faults") ?? "[]") as Fault[];
    this.#next = 1 + Math.max(0, ...this.#faults.map((fault) => Number(fault.id.slice(6))));
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  set(spec: FaultSpec): Fault {
    const fault = { ...readSpec(spec), id: `fault_${this.#next++}`, struck: 0 };
    this.#save([...this.#faults, fault]);
    return fault;
  }

  /** One by its id, all of a kind, or all. */
  clear(which?: string): void {
    this.#save(which === undefined ? [] : this.#faults.filter((fault) => fault.id !== which && fault.kind !== which));
  }

  /** The fault of a kind that strikes now, if one does. `names` are what a route filter may be written in. */
  strike(kind: FaultKind, ...names: string[]): Fault | undefined {
    const fault = this.#faults.find((f) => f.kind === kind && concerns(f.route, names));
    if (!fault || (fault.probability !== undefined && this.#random.next() >= fault.probability)) return undefined;
    fault.struck++;
    const over = fault.count !== undefined && fault.struck >= fault.count;
    this.#save(over ? this.#faults.filter((f) => f !== fault) : this.#faults);
    return fault;
  }

  #save(faults: Fault[]): void {
    this.#faults = faults;
    this.#records.setMeta("faults", JSON.stringify(faults));
  }
}

function concerns(route: string | undefined, names: string[]): boolean {
  if (route === undefined) return true;
  const pattern = new RegExp(
    `^${route
      .split(/\*+/)
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  );
  return names.some((name) => pattern.test(name));
}

function readSpec({ kind, route, probability, count, ms, status }: FaultSpec): FaultSpec {
  if (!Object.hasOwn(faultKinds, kind)) throw badInput("kind", `'${String(kind)}' is none of ${Object.keys(faultKinds).join(", ")}`);
  if (route !== undefined && (typeof route !== "string" || route.length > 200 || route.split("*").length > 5))
    throw badInput("route", "write it like 'POST /contacts/upsert' or '/contacts/*'");
  return {
    kind,
    ...(route && { route }),
    ...within("probability", probability, 0, 1),
    ...within("count", count, 1, 1_000_000),
    ...within("ms", ms, 0, 86_400_000),
    ...within("status", status, 500, 599),
  };
}

function within(field: string, value: number | undefined, least: number, most: number): Record<string, number> {
  if (value === undefined) return {};
  if (!Number.isFinite(value) || value < least || value > most) throw badInput(field, `must be between ${least} and ${most}`);
  return { [field]: value };
}
