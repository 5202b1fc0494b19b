import type { TagRuleBody, TagRulePatchBody, TagRuleView, TagUse } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { dayMs, minuteMs } from "#kernel/durations.ts";
import { badInput, conflict, notFound, toMillraceError } from "#kernel/errors.ts";
import { grouped } from "#kernel/grouped.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { createPace, eachAtPace, type Pace } from "#kernel/pace.ts";
import type { TagRow, TagRule, TagRuleReport, TagStore } from "#storage/tag-store.ts";
import { isOfPattern, patternOf } from "./name-pattern.ts";
import type { TagReader } from "./tag-reader.ts";
import type { TagService } from "./tag-service.ts";
import { changeableKind } from "./tag-kinds.ts";

export interface TagRulesParts {
  catalog: Catalog;
  store: TagStore;
  reader: Pick<TagReader, "read">;
  service: Pick<TagService, "start" | "uses">;
  isHeld(): boolean;
  clock: Clock;
  log: Log;
}

const lookEveryMs = minuteMs;
const mostRules = 50;
/** What one run of a rule cleans; the next one goes on. */
const mostCleaned = 200;

/** What a rule finds: tags to clean, and those that it leaves with the reason. */
export interface TagFinds {
  clean: string[];
  leave: { name: string; why: string }[];
}

/** Rules that clean tags every few days. A tag that a flow, a rule or a mapping template mentions is left, and the report says so. */
export class TagRules {
  readonly #parts: TagRulesParts;
  readonly #pace = createPace();
  /** Rules that run in this process. */
  readonly #running = new Map<string, Promise<void>>();
  #cancelTimer = () => {};
  #isClosed = false;

  constructor(parts: TagRulesParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock, log } = this.#parts;
    const look = async () => {
      if (!this.#parts.isHeld())
        await this.runDue().catch((err: unknown) =>
          log.error({ err }, "Rules that clean tags could not be read; they are read again in a minute"),
        );
      if (!this.#isClosed) this.#cancelTimer = clock.after(lookEveryMs, () => void look());
    };
    void look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    await Promise.all(this.#running.values());
  }

  async list(workspaceId: string): Promise<TagRuleView[]> {
    const rules = await this.#parts.store.rules(workspaceId);
    if (rules.length === 0) return [];
    const tags = await this.#parts.store.tags(workspaceId);
    return Promise.all(rules.map(async (rule) => viewOf(rule, await this.#finds(rule, tags, 0))));
  }

  async add(workspaceId: string, body: TagRuleBody, by: string): Promise<TagRuleView> {
    const { store, catalog, clock } = this.#parts;
    changeableKind(catalog, workspaceId, body.kind);
    refuseEmpty(body);
    if ((await store.rules(workspaceId)).length >= mostRules)
      throw conflict(`There are ${mostRules} cleaning rules already. Remove one first`);
    const now = clock.now();
    const rule: TagRule = {
      ...body,
      id: newId("tagrule", now),
      workspaceId,
      nextAt: now + body.everyDays * dayMs,
      reports: [],
      createdAt: now,
    };
    await store.addRule(rule, by);
    return this.#shown(workspaceId, rule.id);
  }

  async change(workspaceId: string, id: string, patch: TagRulePatchBody, by: string): Promise<TagRuleView> {
    const { store, clock } = this.#parts;
    const before = await this.#get(workspaceId, id);
    const after = { ...before, ...defined(patch) };
    refuseEmpty(after);
    const isNew = after.everyDays !== before.everyDays || (after.active && !before.active);
    await store.changeRule(workspaceId, id, { ...defined(patch), ...(isNew && { nextAt: clock.now() + after.everyDays * dayMs }) }, by);
    return this.#shown(workspaceId, id);
  }

  async remove(workspaceId: string, id: string, by: string): Promise<void> {
    if (!(await this.#parts.store.removeRule(workspaceId, id, by))) throw notFound("cleaning rule", id);
  }

  /** Runs it now; the report says what became of it. */
  async runNow(workspaceId: string, id: string): Promise<void> {
    const rule = await this.#get(workspaceId, id);
    const nextAt = this.#parts.clock.now() + rule.everyDays * dayMs;
    if (await this.#parts.store.takeRule(rule, nextAt)) void this.#begin(rule);
  }

  /** Resolves when the rules whose time has come have run. */
  async runDue(): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    for (const rule of await store.dueRules(now)) {
      if (this.#isClosed) return;
      if (await store.takeRule(rule, now + rule.everyDays * dayMs)) await this.#begin(rule);
    }
  }

  #begin(rule: TagRule): Promise<void> {
    const running = this.#run(rule)
      .catch((err: unknown) =>
        this.#parts.log.error({ err, rule: rule.id }, "A rule that cleans tags failed; it runs again when it is due"),
      )
      .finally(() => this.#running.delete(rule.id));
    this.#running.set(rule.id, running);
    return running;
  }

  async #run(rule: TagRule): Promise<void> {
    const { store, reader, clock } = this.#parts;
    const begun = clock.now();
    await reader.read(rule.workspaceId, null);
    if (this.#isClosed) return;
    const finds = await this.#finds(rule, await store.tags(rule.workspaceId), begun);
    await store.saveReport(rule, { at: clock.now(), left: finds.leave, ...(await this.#clean(rule, finds.clean)) });
  }

  async #clean({ workspaceId, id, kind, deed }: TagRule, names: string[]): Promise<Pick<TagRuleReport, "cleaned" | "jobId" | "problem">> {
    if (names.length === 0) return { cleaned: [], jobId: null, problem: null };
    try {
      const job = await this.#parts.service.start(workspaceId, { kind, deed, names }, null, id);
      return { cleaned: names, jobId: job.id, problem: null };
    } catch (thrown) {
      return { cleaned: [], jobId: null, problem: toMillraceError(thrown).message };
    }
  }

  async #finds(rule: TagRule, tags: readonly TagRow[], countedSince: number): Promise<TagFinds> {
    const { service, clock } = this.#parts;
    const found = await matching(rule, tags, { now: clock.now(), countedSince }, this.#pace);
    const uses = found.clean.length === 0 ? [] : await service.uses(rule.workspaceId, found.clean);
    const used = new Map<string, TagUse>(uses.map((use) => [use.tag, use]));
    return {
      clean: found.clean.filter((name) => !used.has(name)).slice(0, mostCleaned),
      leave: [...found.leave, ...[...used].map(([name, { kind, title }]) => ({ name, why: `${useWords[kind]} “${title}” mentions it.` }))],
    };
  }

  async #get(workspaceId: string, id: string): Promise<TagRule> {
    const rule = (await this.#parts.store.rules(workspaceId)).find((each) => each.id === id);
    if (!rule) throw notFound("cleaning rule", id);
    return rule;
  }

  async #shown(workspaceId: string, id: string): Promise<TagRuleView> {
    const rule = await this.#get(workspaceId, id);
    return viewOf(rule, await this.#finds(rule, await this.#parts.store.tags(workspaceId), 0));
  }
}

/** A rule that says nothing of its tags would clean all of them. */
function refuseEmpty({ unusedDays, names }: Pick<TagRule, "unusedDays" | "names">): void {
  if (unusedDays === null && names.length === 0) throw badInput("names", "say which tags: unused ones, names, or both");
}

const useWords: Record<TagUse["kind"], string> = { flow: "The flow", rule: "The rule", mapping: "The mapping template" };

/** The tags a rule means. One that was not counted since `countedSince` is left, where the rule wants to know what carries it. */
export async function matching(
  { kind, unusedDays, names }: Pick<TagRule, "kind" | "unusedDays" | "names">,
  tags: readonly TagRow[],
  { now, countedSince }: { now: number; countedSince: number },
  pace: Pace = createPace(),
): Promise<TagFinds> {
  const patterns = names.map(patternOf);
  const finds: TagFinds = { clean: [], leave: [] };
  const byName = grouped(
    tags.filter((tag) => tag.kind === kind),
    (tag) => tag.name,
  );
  await eachAtPace(byName, pace, ([name, there]) => {
    const capitals = name.toUpperCase();
    if (patterns.length > 0 && !patterns.some((pattern) => isOfPattern(capitals, pattern))) return;
    if (unusedDays === null) finds.clean.push(name);
    else if (there.some(({ countedAt }) => countedAt === null || countedAt < countedSince))
      finds.leave.push({ name, why: "It could not be counted in every sub-account." });
    else if (there.every(({ unusedSince }) => unusedSince !== null && unusedSince <= now - unusedDays * dayMs)) finds.clean.push(name);
  });
  return finds;
}

const viewOf = (
  { id, kind, title, deed, unusedDays, names, everyDays, active, nextAt, reports }: TagRule,
  finds: TagFinds,
): TagRuleView => ({
  id,
  kind,
  title,
  deed,
  unusedDays,
  names,
  everyDays,
  active,
  nextAt,
  reports,
  finds,
});
