import type { FlowService } from "#engine/api.ts";
import { lintVersions, type Looked } from "#engine/lint/versions.ts";
import type { ListRead } from "#catalog/types.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { LintFinding, LintRecord } from "#engine/types/lint.ts";
import type { LintStore } from "#engine/ports/lint-store.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import type { Log } from "#kernel/log.ts";
import { countsOf, LintMemory, type LintCounts, type LintTrouble } from "./lint-memory.ts";

export interface LintServiceParts {
  flows: Pick<FlowService, "list" | "version">;
  references: ReferenceStore;
  store: LintStore;
  /** What the checks of a workspace's flows ask. */
  reader(workspaceId: string): LintReader;
  /** How far the last runs of a flow read its lists, by step. */
  lastReads?(flow: Flow): Promise<ReadonlyMap<string, ListRead>>;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
}

type Concerns = (definition: FlowDefinition) => boolean | Promise<boolean>;

/** Checks flows for what would fail, and remembers what it found. */
export interface LintService {
  /** Looks now: at what runs, where the flow is on, and at its draft. Two who ask at once share one look. */
  check(flow: Flow): Promise<LintRecord>;
  /** The last look, where nothing it saw has changed since; else looks now. */
  current(flow: Flow): Promise<LintRecord>;
  /** What in the draft would make runs fail if it were published now, or is left to do before. */
  faults(flow: Flow): Promise<LintFinding[]>;
  /** Something that flows of a workspace depend on was changed: those it concerns are checked again. */
  outdate(workspaceId: string, concerns: Concerns): Promise<void>;
  /** The same for the flows of all workspaces. */
  outdateEverywhere(concerns: Concerns): Promise<void>;
  /** Looks without anybody waiting for it. */
  soon(flow: Flow): void;
  last(flow: Flow): LintRecord | null;
  counts(flow: Flow): LintCounts | null;
  /** What is wrong, as the last look found it: each thing once, errors first. */
  troubles(flow: Flow): LintTrouble[];
  /** Another process checked a flow, or deleted it: what it found is read. */
  reread(workspaceId: string, flowId: string): Promise<void>;
  /** Over the flows of all workspaces that are on. */
  totals(): Promise<LintCounts>;
  /** Looks at the flow whose time has come: a day after its last look, an hour where not all could be asked. Gives the time until the next look. */
  next(): Promise<number>;
  /** Starts nothing more, and waits a moment for the checks that run: what they find then is not kept. */
  close(): Promise<void>;
}

const shortestMs = 5_000;
const longestMs = 600_000;
const graceMs = 2_000;
/** How long publishing waits for a sub-account's answer. */
const patienceMs = 15_000;
const waitAtLeastMs = 200;

/** Reads what earlier checks found. */
export async function openLintService(parts: LintServiceParts): Promise<LintService> {
  const records = await Promise.all((await parts.workspaces()).map((workspaceId) => parts.store.all(workspaceId)));
  return new FlowChecks(parts, new LintMemory(records.flat()));
}

class FlowChecks implements LintService {
  readonly #parts: LintServiceParts;
  readonly #memory: LintMemory;
  readonly #running = new Map<string, Promise<LintRecord>>();
  /** Changes of which it is not known yet which flows they concern. */
  readonly #marking = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(parts: LintServiceParts, memory: LintMemory) {
    this.#parts = parts;
    this.#memory = memory;
  }

  check(flow: Flow): Promise<LintRecord> {
    const running = this.#running.get(flow.id);
    if (running) return this.#memory.isOutdated(flow) ? running.then(ignore, ignore).then(() => this.check(flow)) : running;
    const work = this.#look(flow)
      .catch((thrown: unknown) => {
        this.#memory.outdate(flow);
        throw thrown;
      })
      .finally(() => this.#running.delete(flow.id));
    this.#running.set(flow.id, work);
    return work;
  }

  async current(flow: Flow): Promise<LintRecord> {
    await Promise.all(this.#marking);
    return this.#memory.current(flow) ?? this.check(flow);
  }

  async faults(flow: Flow): Promise<LintFinding[]> {
    const { clock } = this.#parts;
    const waiting = new AbortController();
    const asked = this.#faultsUntil(flow, clock.now() + patienceMs, waiting.signal);
    asked.catch(ignore); // the next check reports it
    return Promise.race([asked, sleep(clock, patienceMs, waiting.signal).then(() => [])]).finally(() => waiting.abort());
  }

  async outdate(workspaceId: string, concerns: Concerns): Promise<void> {
    await this.#checkAll(await this.#marked(async () => this.#mark(workspaceId, concerns)));
  }

  async outdateEverywhere(concerns: Concerns): Promise<void> {
    const concerned = await this.#marked(async () => {
      const flows: Flow[] = [];
      for (const workspaceId of await this.#parts.workspaces()) flows.push(...(await this.#mark(workspaceId, concerns)));
      return flows;
    });
    await this.#checkAll(concerned);
  }

  soon(flow: Flow): void {
    if (!this.#isClosed) this.check(flow).catch(this.#logFailed(flow));
  }

  async reread(workspaceId: string, flowId: string): Promise<void> {
    this.#memory.replace(flowId, await this.#parts.store.get(workspaceId, flowId));
  }

  last = (flow: Flow): LintRecord | null => this.#memory.last(flow);
  counts = (flow: Flow): LintCounts | null => this.#memory.counts(flow);
  troubles = (flow: Flow): LintTrouble[] => this.#memory.troubles(flow);
  totals = async (): Promise<LintCounts> => countsOf((await this.#on()).flatMap((flow) => [...this.#memory.findings(flow)]));

  async next(): Promise<number> {
    const all = await this.#on();
    const now = this.#parts.clock.now();
    const [first] = all.toSorted((a, b) => this.#memory.dueAt(a) - this.#memory.dueAt(b));
    if (first && this.#memory.dueAt(first) <= now) {
      this.#memory.tried(first, now); // one that cannot be checked must not keep the others waiting
      await this.check(first);
    }
    return Math.min(Math.max(dayMs / Math.max(all.length, 1), shortestMs), longestMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.race([Promise.allSettled(this.#running.values()), sleep(this.#parts.clock, graceMs)]);
  }

  async #on(): Promise<Flow[]> {
    const all = await Promise.all((await this.#parts.workspaces()).map((workspaceId) => this.#parts.flows.list(workspaceId)));
    return all.flat().filter(({ status }) => status === "on");
  }

  async #versions({ workspaceId, id, status, version, draft }: Flow): Promise<Looked> {
    if (status !== "on" || version === null) return { draft, runs: null };
    return { draft, runs: { version, definition: await this.#parts.flows.version(workspaceId, id, version) } };
  }

  async #look(flow: Flow): Promise<LintRecord> {
    const { references, store, clock } = this.#parts;
    const now = clock.now();
    this.#memory.begin(flow);
    const earlier = await references.list(flow.workspaceId, flow.id);
    const linted = await lintVersions(await this.#versions(flow), await this.#readerOf(flow), earlier, now);
    const record = { flowId: flow.id, checkedAt: now, findings: linted.findings };
    if (this.#isClosed) return record;
    this.#logNew(flow, linted.findings);
    this.#memory.keep(flow, record, { isWhole: linted.whole });
    const current = linted.references.map((reference) => ({ ...reference, flowId: flow.id }));
    await references.replace(flow.workspaceId, flow.id, current);
    await store.put(flow.workspaceId, record);
    return record;
  }

  async #readerOf(flow: Flow): Promise<LintReader> {
    const reader = this.#parts.reader(flow.workspaceId);
    const reads = await this.#parts.lastReads?.(flow);
    return reads ? { ...reader, lastRead: (step) => reads.get(step) ?? null } : reader;
  }

  #logNew(flow: Flow, findings: readonly LintFinding[]): void {
    const before = new Set(this.#memory.findings(flow).map(keyOf));
    for (const finding of findings.filter((each) => each.level === "error" && !before.has(keyOf(each))))
      this.#parts.log.warn({ flow: flow.name, flowId: flow.id, at: finding.at }, `A run would fail: ${finding.problem}. ${finding.fix}`);
  }

  /** What the sub-account's budget does not allow at once is waited for, as long as somebody can be kept waiting. */
  async #faultsUntil(flow: Flow, deadline: number, signal: AbortSignal): Promise<LintFinding[]> {
    const { reader, references, clock } = this.#parts;
    const earlier = await references.list(flow.workspaceId, flow.id);
    const { findings, until } = await lintVersions({ draft: flow.draft, runs: null }, reader(flow.workspaceId), earlier, clock.now());
    if (until === null || until >= deadline || signal.aborted) return findings.filter(({ level, holds }) => level === "error" || holds);
    await sleep(clock, Math.max(until - clock.now(), waitAtLeastMs), signal);
    return this.#faultsUntil(flow, deadline, signal);
  }

  /** While it is looked for which flows a change concerns, nobody is given a look from before it. */
  async #marked(mark: () => Promise<Flow[]>): Promise<Flow[]> {
    const marking = mark();
    this.#marking.add(marking);
    return marking.finally(() => this.#marking.delete(marking));
  }

  /** The flows that a change concerns, whose last look does not count any more. */
  async #mark(workspaceId: string, concerns: Concerns): Promise<Flow[]> {
    try {
      const concerned = await this.#concerned(workspaceId, concerns);
      for (const flow of concerned) this.#memory.outdate(flow);
      return concerned;
    } catch (err) {
      this.#parts.log.error({ err, workspaceId }, "The flows that a change concerns could not be found; each is checked within a day");
      return [];
    }
  }

  async #concerned(workspaceId: string, concerns: Concerns): Promise<Flow[]> {
    const concerned: Flow[] = [];
    for (const flow of await this.#parts.flows.list(workspaceId)) {
      const { draft, runs } = await this.#versions(flow);
      if ((await concerns(draft)) || (runs && (await concerns(runs.definition)))) concerned.push(flow);
    }
    return concerned;
  }

  /** One after another, as each asks sub-accounts; one nobody ever looked at waits until somebody does. */
  async #checkAll(concerned: readonly Flow[]): Promise<void> {
    for (const flow of concerned) {
      const isWanted = flow.status === "on" || this.#memory.last(flow) !== null;
      if (!this.#isClosed && this.#memory.isOutdated(flow) && isWanted) await this.check(flow).catch(this.#logFailed(flow));
    }
  }

  #logFailed({ id: flowId }: Flow) {
    return (err: unknown) => this.#parts.log.error({ err, flowId }, "A flow could not be checked; it will be checked again later");
  }
}

const ignore = (): void => {};
const keyOf = ({ at, problem }: LintFinding): string => `${at}\n${problem}`;

interface LintLoop {
  service: Pick<LintService, "next">;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Looks at each flow that is on once a day, one after another and spread out, so that no sub-account is asked for all at once. */
export function startLint({ service, clock, log, signal }: LintLoop): void {
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
