import type { FlowService } from "#engine/api.ts";
import { lintVersions, type Looked } from "#engine/lint/versions.ts";
import type { ListRead } from "#catalog/types.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { LintFinding, LintRecord } from "#engine/types/lint.ts";
import type { LintStore } from "#engine/ports/lint-store.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";

export interface LintServiceParts {
  flows: Pick<FlowService, "list" | "version">;
  references: ReferenceStore;
  store: LintStore;
  reader: LintReader;
  /** How far the last runs of a flow read its lists, by step. */
  lastReads?(flowId: string): Promise<ReadonlyMap<string, ListRead>>;
  workspaceId: string;
  clock: Clock;
  log: Log;
}

export interface LintCounts {
  errors: number;
  warnings: number;
}

/** Checks flows for what would fail, and remembers what it found. */
export interface LintService {
  /** Looks now: at what runs, where the flow is on, and at its draft. Two who ask at once share one look. */
  check(flow: Flow): Promise<LintRecord>;
  /** The last look, where nothing it saw has changed since; else looks now. */
  current(flow: Flow): Promise<LintRecord>;
  /** What in the draft would make runs fail if it were published now. */
  faults(flow: Flow): Promise<LintFinding[]>;
  /** Something flows depend on was changed: those it concerns are looked at again. */
  outdate(concerns: (definition: FlowDefinition) => boolean | Promise<boolean>): Promise<void>;
  /** Looks without anybody waiting for it. */
  soon(flow: Flow): void;
  last(flowId: string): LintRecord | null;
  counts(flowId: string): LintCounts | null;
  /** What another name would mend, as the last look found it. */
  offers(flowId: string): LintFinding[];
  /** Another process looked at a flow, or deleted it: what it found is read. */
  reread(flowId: string): Promise<void>;
  /** Over all flows that are on. */
  totals(): Promise<LintCounts>;
  /** Looks at the flow whose time has come: a day after its last look, an hour where not all could be asked. Gives the time until the next look. */
  next(): Promise<number>;
  /** Takes nothing more, and lets what is being looked at come to its end for a moment: what it finds then is not kept. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const shortestMs = 5_000;
const longestMs = 600_000;
const graceMs = 2_000;
const mostOffers = 5;
/** How long publishing waits for a sub-account's answer. */
const patienceMs = 15_000;
const waitAtLeastMs = 200;

export async function openLintService(parts: LintServiceParts): Promise<LintService> {
  const { flows, references, store, reader, workspaceId, clock, log } = parts;
  const last = new Map((await store.all()).map((record) => [record.flowId, record]));
  const looking = new Map<string, Promise<LintRecord>>();
  const partly = new Set<string>();
  let closed = false;

  const outdated = new Set<string>();

  async function looked({ id, status, version, draft }: Flow): Promise<Looked> {
    if (status !== "on" || version === null) return { draft, runs: null };
    return { draft, runs: { version, definition: await flows.version(id, version) } };
  }

  async function look(flow: Flow): Promise<LintRecord> {
    const now = clock.now();
    outdated.delete(flow.id);
    const reads = await parts.lastReads?.(flow.id);
    const readerWithLists: LintReader = reads ? { ...reader, lastRead: (step) => reads.get(step) ?? null } : reader;
    const linted = await lintVersions(await looked(flow), readerWithLists, await references.list(flow.id), now);
    const record = { flowId: flow.id, checkedAt: now, findings: linted.findings };
    if (closed) return record;
    tellNew(flow, last.get(flow.id)?.findings ?? [], linted.findings);
    last.set(flow.id, record);
    if (linted.whole) partly.delete(flow.id);
    else partly.add(flow.id);
    await references.replace(
      flow.id,
      linted.references.map((reference) => ({ ...reference, flowId: flow.id })),
    );
    await store.put(record);
    return record;
  }

  function tellNew(flow: Flow, before: readonly LintFinding[], findings: readonly LintFinding[]): void {
    const known = new Set(before.map(keyOf));
    for (const finding of findings.filter(({ level }) => level === "error").filter((each) => !known.has(keyOf(each))))
      log.warn({ flow: flow.name, flowId: flow.id, at: finding.at }, `A run would fail: ${finding.problem}. ${finding.fix}`);
  }

  function check(flow: Flow): Promise<LintRecord> {
    const under = looking.get(flow.id);
    if (under) return outdated.has(flow.id) ? under.then(ignored, ignored).then(() => check(flow)) : under;
    const work = look(flow)
      .catch((thrown: unknown) => {
        outdated.add(flow.id);
        throw thrown;
      })
      .finally(() => looking.delete(flow.id));
    looking.set(flow.id, work);
    return work;
  }

  /** What the sub-account's budget does not allow at once is waited for, as long as somebody can be kept waiting. */
  async function lookForFaults(flow: Flow, deadline: number, signal: AbortSignal): Promise<LintFinding[]> {
    const { findings, until } = await lintVersions({ draft: flow.draft, runs: null }, reader, await references.list(flow.id), clock.now());
    if (until === null || until >= deadline || signal.aborted) return findings.filter(({ level }) => level === "error");
    await sleep(clock, Math.max(until - clock.now(), waitAtLeastMs), signal);
    return lookForFaults(flow, deadline, signal);
  }

  const logged = (flowId: string) => (err: unknown) =>
    log.error({ err, flowId }, "A flow could not be checked; it is looked at again later");

  async function outdate(concerns: (definition: FlowDefinition) => boolean | Promise<boolean>): Promise<void> {
    const concerned: Flow[] = [];
    for (const flow of await flows.list(workspaceId)) {
      const { draft, runs } = await looked(flow);
      if ((await concerns(draft)) || (runs && (await concerns(runs.definition)))) concerned.push(flow);
    }
    for (const { id } of concerned) outdated.add(id);
    // One after another, as each asks sub-accounts; one nobody ever looked at waits until somebody does.
    for (const flow of concerned)
      if (!closed && outdated.has(flow.id) && (flow.status === "on" || last.has(flow.id))) await check(flow).catch(logged(flow.id));
  }

  const on = async () => (await flows.list(workspaceId)).filter(({ status }) => status === "on");
  const tried = new Map<string, number>();
  const dueAt = ({ id }: Flow) => Math.max(last.get(id)?.checkedAt ?? 0, tried.get(id) ?? 0) + (partly.has(id) ? hourMs : dayMs);

  return {
    check,
    async faults(flow) {
      const waiting = new AbortController();
      const asked = lookForFaults(flow, clock.now() + patienceMs, waiting.signal);
      asked.catch(ignored); // the next check reports it
      return Promise.race([asked, sleep(clock, patienceMs, waiting.signal).then(() => [])]).finally(() => waiting.abort());
    },
    async current(flow) {
      const known = last.get(flow.id);
      return known && known.checkedAt >= flow.updatedAt && !outdated.has(flow.id) ? known : check(flow);
    },
    outdate: (concerns) =>
      outdate(concerns).catch((err: unknown) =>
        log.error({ err }, "The flows that a change concerns could not be found; each is looked at within a day"),
      ),
    soon(flow) {
      if (!closed) check(flow).catch(logged(flow.id));
    },
    last: (flowId) => last.get(flowId) ?? null,
    counts: (flowId) => {
      const record = last.get(flowId);
      return record ? countsOf(record.findings) : null;
    },
    offers: (flowId) => (last.get(flowId)?.findings ?? []).filter(({ repair }) => repair !== undefined).slice(0, mostOffers),
    async reread(flowId) {
      const record = await store.get(flowId);
      if (!record) last.delete(flowId);
      else if (record.checkedAt >= (last.get(flowId)?.checkedAt ?? 0)) last.set(flowId, record);
    },
    async totals() {
      return countsOf((await on()).flatMap(({ id }) => last.get(id)?.findings ?? []));
    },
    async next() {
      const all = await on();
      const [first] = all.toSorted((a, b) => dueAt(a) - dueAt(b));
      if (first && dueAt(first) <= clock.now()) {
        tried.set(first.id, clock.now()); // one that cannot be checked must not keep the others waiting
        await check(first);
      }
      return Math.min(Math.max(dayMs / Math.max(all.length, 1), shortestMs), longestMs);
    },
    async close() {
      closed = true;
      await Promise.race([Promise.allSettled(looking.values()), sleep(clock, graceMs)]);
    },
  };
}

const ignored = (): void => {};
const keyOf = ({ at, problem }: LintFinding): string => `${at}\n${problem}`;
const countsOf = (findings: readonly LintFinding[]): LintCounts => ({
  errors: findings.filter(({ level }) => level === "error").length,
  warnings: findings.filter(({ level }) => level === "warning").length,
});

/** Looks at each flow that is on once a day, one after another and spread out, so that no sub-account is asked for all at once. */
export function startLint({
  service,
  clock,
  log,
  signal,
}: {
  service: Pick<LintService, "next">;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): void {
  const keepGoing = async () => {
    for (let pause = shortestMs * 6; ;) {
      await sleep(clock, pause, signal);
      if (signal.aborted) return;
      pause = await service.next().catch((err: unknown) => {
        log.error({ err }, "A flow could not be checked; another is looked at shortly");
        return longestMs;
      });
    }
  };
  void keepGoing();
}
