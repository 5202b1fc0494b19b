import type { Flow } from "#engine/types/flows.ts";
import type { LintFinding, LintRecord } from "#engine/types/lint.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { canonicalJson } from "#kernel/json.ts";

export interface LintCounts {
  errors: number;
  warnings: number;
}

type FlowRef = Pick<Flow, "workspaceId" | "id">;

const mostTroubles = 20;

/** A finding, and in how many places of its flow the same thing is wrong. */
export type LintTrouble = LintFinding & { places: number };

const isWorse = (a: LintFinding, b: LintFinding): boolean => a.level === "error" && b.level === "warning";

/** What the last check of each flow found, and which flows have to be checked again. */
export class LintMemory {
  readonly #last: Map<string, LintRecord>;
  readonly #outdated = new Set<string>();
  /** Of their lists, not all could be read. */
  readonly #incomplete = new Set<string>();
  readonly #tried = new Map<string, number>();

  constructor(records: readonly LintRecord[]) {
    this.#last = new Map(records.map((record) => [record.flowId, record]));
  }

  last({ id }: FlowRef): LintRecord | null {
    return this.#last.get(id) ?? null;
  }

  findings(flow: FlowRef): readonly LintFinding[] {
    return this.last(flow)?.findings ?? [];
  }

  counts(flow: FlowRef): LintCounts | null {
    const record = this.last(flow);
    return record && countsOf(record.findings);
  }

  /** What is wrong, each thing once however many steps it concerns: errors first. */
  troubles(flow: FlowRef): LintTrouble[] {
    const troubles = new Map<string, LintTrouble>();
    for (const finding of this.findings(flow)) {
      const key = canonicalJson(finding.cause ? [finding.cause, finding.repair?.from ?? null] : [finding.at, finding.problem]);
      const same = troubles.get(key);
      if (!same) troubles.set(key, { ...finding, places: 1 });
      else troubles.set(key, { ...(isWorse(finding, same) ? finding : same), places: same.places + 1 });
    }
    return [...troubles.values()].toSorted((a, b) => Number(isWorse(b, a)) - Number(isWorse(a, b))).slice(0, mostTroubles);
  }

  keep(flow: FlowRef, record: LintRecord, { isWhole }: { isWhole: boolean }): void {
    this.#last.set(flow.id, record);
    if (isWhole) this.#incomplete.delete(flow.id);
    else this.#incomplete.add(flow.id);
  }

  /** What another process found; null where the flow is gone. A newer check of this one stays. */
  replace(flowId: string, record: LintRecord | null): void {
    if (!record) this.#last.delete(flowId);
    else if (record.checkedAt >= (this.#last.get(flowId)?.checkedAt ?? 0)) this.#last.set(flowId, record);
  }

  /** The last check, where nothing it saw has changed since. */
  current(flow: Flow): LintRecord | null {
    const record = this.last(flow);
    return record && record.checkedAt >= flow.updatedAt && !this.isOutdated(flow) ? record : null;
  }

  isOutdated({ id }: FlowRef): boolean {
    return this.#outdated.has(id);
  }

  outdate({ id }: FlowRef): void {
    this.#outdated.add(id);
  }

  begin({ id }: FlowRef): void {
    this.#outdated.delete(id);
  }

  tried({ id }: FlowRef, now: number): void {
    this.#tried.set(id, now);
  }

  /** A day after the last check, an hour where not all could be asked. */
  dueAt({ id }: FlowRef): number {
    const lookedAt = Math.max(this.#last.get(id)?.checkedAt ?? 0, this.#tried.get(id) ?? 0);
    return lookedAt + (this.#incomplete.has(id) ? hourMs : dayMs);
  }
}

/** How many findings of each level there are. */
export const countsOf = (findings: readonly LintFinding[]): LintCounts => ({
  errors: findings.filter(({ level }) => level === "error").length,
  warnings: findings.filter(({ level }) => level === "warning").length,
});
