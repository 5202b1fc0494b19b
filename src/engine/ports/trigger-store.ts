import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { LedgerCounts, LedgerEntry } from "../types/ledger.ts";
import type { ObservationCount, WatchedRecord } from "../types/observations.ts";
import type { SeenItem, Trigger } from "../types/triggers.ts";

/** What a reconciling poll makes of one finding. Kept while the ledger still says `was`; else the finding is put off, and the next poll judges anew. */
export interface PollFinding {
  was: LedgerEntry | null;
  now: LedgerEntry;
  accept: Acceptance | null;
  remember: SeenItem | null;
  /** What is remembered where it is put off. */
  otherwise: SeenItem;
}

/**
 * Triggers and what they remember. Whoever asks for what a trigger remembers has its row from `byFlow`, `list`, `due` or `byToken`, so those
 * methods take the trigger's id alone.
 */
export interface TriggerStore {
  /** Of any workspace: the token is all that a sender knows. */
  byToken(token: string): Promise<Trigger | null>;
  byFlow(workspaceId: string, flowId: string): Promise<Trigger | null>;
  list(workspaceId: string): Promise<Trigger[]>;
  /** Active polls and schedules of all workspaces that are due, oldest first. */
  due(now: number, limit: number): Promise<Trigger[]>;
  /** The first time later than this one at which any of them is due, or null. */
  nextDue(after: number): Promise<number | null>;
  update(workspaceId: string, id: string, patch: Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>, by?: string): Promise<void>;
  /** The remembered items with these keys. */
  seen(triggerId: string, keys: readonly string[]): Promise<Map<string, SeenItem>>;
  allSeen(triggerId: string): Promise<SeenItem[]>;
  /**
   * Ends one poll in one transaction: accepts its events with their runs, remembers items, forgets others, moves the trigger on.
   * So a crash repeats a poll whole or not at all. Returns what each acceptance became.
   */
  settle(poll: {
    triggerId: string;
    accept: Acceptance[];
    remember: SeenItem[];
    forget: string[];
    patch: Partial<Omit<Trigger, "id" | "workspaceId" | "flowId">>;
    /** Of a trigger that is reconciled. What their acceptances became follows that of `accept`. */
    pollFindings?: PollFinding[];
    /** Of a change trigger: the states that a baseline found. */
    watched?: WatchedRecord[];
  }): Promise<AcceptedRuns[]>;
  clearSeen(triggerId: string): Promise<void>;
  /** What the ledger has of these records. */
  ledgerEntries(triggerId: string, items: readonly string[]): Promise<Map<string, LedgerEntry>>;
  ledger(triggerId: string, recent: number): Promise<LedgerCounts>;
  /** What a change trigger has of these records. */
  watched(triggerId: string, records: readonly string[]): Promise<Map<string, WatchedRecord>>;
  /** What a change trigger made of its observations. */
  observations(triggerId: string): Promise<ObservationCount[]>;
  /** Deletes ledger entries older than `before`, at most `limit`; returns how many. */
  pruneLedger(workspaceId: string, before: number, limit: number): Promise<number>;
}
