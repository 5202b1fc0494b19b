import type { ConnectionView, FlowView, HealthReport, InboxView, Overview, WebhookEndpointView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { bad, ok, warn, type Finding } from "./findings.ts";
import { workspaceFindings, type MissingScope, type SyncStanding } from "./workspace-findings.ts";

export interface HealthReportParts {
  clock: Clock;
  version: string;
  /** Settings, data folder, disk, key and backups of this machine. */
  machine: () => Finding[];
  reach: { check(): Promise<Finding> };
  /** Why the store cannot be written to, or null. */
  storeProblem: () => Promise<string | null>;
  /** What is wrong with the store or the clock. */
  warnings: () => readonly string[];
  overview: (workspaceId: string) => Promise<Overview>;
  connections: (workspaceId: string) => Promise<ConnectionView[]>;
  flows: (workspaceId: string) => Promise<FlowView[]>;
  inboxes: (workspaceId: string) => Promise<InboxView[]>;
  webhookEndpoints: (workspaceId: string) => Promise<WebhookEndpointView[]>;
  syncs: (workspaceId: string) => Promise<SyncStanding[]>;
  missingScopes: (workspaceId: string) => Promise<ReadonlyMap<string, readonly MissingScope[]>>;
}

/** The way out and back in is asked at most this often, whoever asks. */
const reachEveryMs = 30_000;

/** Looks at what Millrace stands on and at what belongs to a workspace, and says what to do. Changes nothing. */
export class HealthChecks {
  readonly #parts: HealthReportParts;
  #reach: { at: number; finding: Promise<Finding> } | null = null;

  constructor(parts: HealthReportParts) {
    this.#parts = parts;
  }

  /** `whole`: with what concerns the machine, for whoever runs Millrace. */
  async report(workspaceId: string, { whole }: { whole: boolean }): Promise<HealthReport> {
    const { clock, version } = this.#parts;
    const [machine, workspace] = await Promise.all([whole ? this.#machine() : [], this.#workspace(workspaceId)]);
    return { now: clock.now(), version, machine, workspace };
  }

  async #machine(): Promise<Finding[]> {
    const { machine, storeProblem, warnings } = this.#parts;
    const [problem, reach] = await Promise.all([storeProblem(), this.#reached()]);
    const doubts = warnings().map((says) => warn("store and clock", says));
    return [
      ...machine(),
      problem === null ? ok("store", "can be written to") : bad("store", problem),
      ...(doubts.length > 0 ? doubts : [ok("clock", "agrees with the newest entry of the store")]),
      reach,
    ];
  }

  async #workspace(workspaceId: string): Promise<Finding[]> {
    const { clock, overview, connections, flows, inboxes, webhookEndpoints, syncs, missingScopes } = this.#parts;
    const [summary, logins, allFlows, allInboxes, allEndpoints, allSyncs, missing] = await Promise.all([
      overview(workspaceId),
      connections(workspaceId),
      flows(workspaceId),
      inboxes(workspaceId),
      webhookEndpoints(workspaceId),
      syncs(workspaceId),
      missingScopes(workspaceId),
    ]);
    return workspaceFindings({
      overview: summary,
      connections: logins,
      flows: allFlows,
      inboxes: allInboxes,
      webhookEndpoints: allEndpoints,
      syncs: allSyncs,
      missingScopes: missing,
      now: clock.now(),
    });
  }

  #reached(): Promise<Finding> {
    const { clock, reach } = this.#parts;
    if (this.#reach === null || clock.now() - this.#reach.at >= reachEveryMs) this.#reach = { at: clock.now(), finding: reach.check() };
    return this.#reach.finding;
  }
}
