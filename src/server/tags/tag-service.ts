import type { TagDeedBody, TagJobView, TagList, TagNoteBody, TagPreview, TagUse, TagView } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { badInput, conflict, notFound } from "#kernel/errors.ts";
import { grouped } from "#kernel/grouped.ts";
import { newId } from "#kernel/ids.ts";
import { createPace } from "#kernel/pace.ts";
import type { Caller } from "#outbound/caller.ts";
import { tagJobTitle, type TagJob, type TagJobCounts, type TagJobState, type TagRow, type TagStore } from "#storage/tag-store.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { keeperOf, NearGroups } from "./near.ts";
import { countCarriers, type TagCaller } from "./tag-calls.ts";
import { accountsOf, changeableKind, tagKinds, writtenName, type ChangeableKind } from "./tag-kinds.ts";
import type { TagReader } from "./tag-reader.ts";
import type { TagRunner } from "./tag-runner.ts";
import { usesOf, type TagReaders } from "./tag-uses.ts";

export interface TagServiceParts {
  catalog: Catalog;
  vault: Pick<Vault, "list">;
  caller: Pick<Caller, "call" | "pages">;
  store: TagStore;
  reader: Pick<TagReader, "read" | "reading" | "problem">;
  runner: Pick<TagRunner, "look" | "interrupt">;
  /** What can mention a tag. */
  readers(workspaceId: string): Promise<TagReaders>;
  clock: Clock;
}

const shownJobs = 20;
const shownFailures = 5;
/** More are estimated from what was counted before: the preview must not take minutes. */
const mostFreshCounts = 60;
/** What a page of a search holds, and how long a call takes at least, in milliseconds. */
const pageRows = 100;
const callMs = 250;

type Job = TagJob & TagJobCounts;

/** A deed that was checked: what it would do, and where. */
interface Plan {
  kind: ChangeableKind;
  deed: TagDeedBody["deed"];
  names: string[];
  target: string | null;
  accounts: Connection[];
}

/** Tags of all connected sub-accounts as people deal with them. */
export class TagService {
  readonly #parts: TagServiceParts;
  readonly #pace = createPace();
  readonly #near = new NearGroups(this.#pace);

  constructor(parts: TagServiceParts) {
    this.#parts = parts;
  }

  async list(workspaceId: string): Promise<TagList> {
    const { catalog, vault, store, reader } = this.#parts;
    const kinds = tagKinds(catalog, workspaceId);
    const [connections, rows, notes, archives] = await Promise.all([
      vault.list(workspaceId),
      store.tags(workspaceId),
      store.notes(workspaceId),
      store.archives(workspaceId),
    ]);
    const accounts = new Map(kinds.flatMap((kind) => accountsOf(kind, connections)).map((each) => [each.id, each.title]));
    const tags = viewsOf(rows.filter(({ connectionId }) => accounts.has(connectionId)));
    const groups: TagList["groups"] = [];
    for (const { key } of kinds)
      groups.push(
        ...(await this.#groupsOf(
          workspaceId,
          key,
          tags.filter(({ kind }) => kind === key),
        )),
      );
    const noted = new Map(notes.map((note) => [`${note.kind} ${note.name}`, note]));
    return {
      kinds: kinds.map(({ key, app, facts }) => ({
        id: key,
        title: facts.title,
        app: app.title,
        carriers: facts.change?.carriers ?? null,
        readOnly: facts.readOnly ?? null,
      })),
      accounts: [...accounts].map(([id, title]) => ({ id, title, problem: reader.problem(workspaceId, id) })),
      tags: tags.map((tag) => {
        const { colour = null, description = null } = noted.get(`${tag.kind} ${tag.name}`) ?? {};
        return { ...tag, colour, description };
      }),
      groups,
      archived: archives.map(({ id, kind, names, endedAt, createdAt, done }) => ({
        job: id,
        kind,
        names,
        at: endedAt ?? createdAt,
        carriers: done,
      })),
      reading: reader.reading(workspaceId),
    };
  }

  read(workspaceId: string, by: string): void {
    void this.#parts.reader.read(workspaceId, by);
  }

  async describe(workspaceId: string, { kind, name, colour, description }: TagNoteBody, by: string): Promise<void> {
    if (!tagKinds(this.#parts.catalog, workspaceId).some(({ key }) => key === kind))
      throw badInput("kind", `there is no kind of tag '${kind}'`);
    await this.#parts.store.saveNote({ workspaceId, kind, name, colour, description }, by);
  }

  /** Reads, and changes nothing. */
  async preview(workspaceId: string, body: TagDeedBody, by: string): Promise<TagPreview> {
    const plan = await this.#plan(workspaceId, body);
    const { kind, deed, names, target, accounts } = plan;
    const counts = await this.#counts(workspaceId, plan, by);
    const ofAccounts = accounts.map(({ id, title }) => ({ title, counts: counts.filter(({ connectionId }) => connectionId === id) }));
    const calls = ofAccounts.reduce(
      (sum, each) =>
        sum +
        callsFor(
          kind,
          each.counts.map(({ carriers }) => carriers),
          target !== null,
        ),
      0,
    );
    const { burst } = kind.app.quota ?? { burst: { windowMs: 0, limit: 1 } };
    return {
      title: tagJobTitle({ deed, names, target }),
      touched: sum(counts.map(({ carriers }) => carriers)),
      calls,
      ms: Math.round(calls * Math.max(callMs, burst.windowMs / burst.limit)),
      accounts: ofAccounts.map((each) => ({ title: each.title, touched: sum(each.counts.map(({ carriers }) => carriers)) })),
      uses: await this.uses(workspaceId, names),
      carriers: kind.change.carriers,
    };
  }

  /** What mentions these tags. */
  async uses(workspaceId: string, names: readonly string[]): Promise<TagUse[]> {
    return usesOf(names, await this.#parts.readers(workspaceId), this.#pace);
  }

  async #groupsOf(workspaceId: string, kind: string, tags: readonly Pick<TagView, "name" | "carriers">[]): Promise<TagList["groups"]> {
    const carriers = new Map(tags.map((tag) => [tag.name, tag.carriers ?? 0]));
    const near = await this.#near.of(`${workspaceId} ${kind}`, [...carriers.keys()]);
    return near.map(({ names, why }) => {
      const keeper = keeperOf(names, (name) => carriers.get(name)!);
      return { kind, keeper, names: [keeper, ...names.filter((name) => name !== keeper)], why };
    });
  }

  /** The newest first; `by` as the list of changes calls them. */
  async jobs(workspaceId: string): Promise<TagJobView[]> {
    return Promise.all((await this.#parts.store.jobs(workspaceId, shownJobs)).map((job) => this.#view(job)));
  }

  /** `ruleId`: the rule that cleans; `by` null: Millrace. */
  async start(workspaceId: string, body: TagDeedBody, by: string | null, ruleId: string | null = null): Promise<TagJobView> {
    const { store, runner, clock } = this.#parts;
    const plan = await this.#plan(workspaceId, body);
    await this.#refuseWhileChanged(workspaceId, plan);
    const now = clock.now();
    const job: TagJob = {
      id: newId("tagjob", now),
      workspaceId,
      kind: plan.kind.key,
      deed: plan.deed,
      names: plan.names,
      target: plan.target,
      accounts: plan.accounts.map((account) => ({
        connectionId: account.id,
        title: account.title,
        place: placeIn(plan.kind, account),
        makes: [],
        drops: [],
        collected: false,
      })),
      state: "running",
      stage: "collect",
      problem: null,
      undoOf: null,
      undoneBy: null,
      ruleId,
      createdBy: by,
      createdAt: now,
      endedAt: null,
    };
    await store.addJob(job, by);
    if (by !== null) await this.#passNoteOn(workspaceId, plan, by);
    runner.look();
    return this.#shown(workspaceId, job.id);
  }

  async move(workspaceId: string, id: string, state: "running" | "paused" | "cancelled", by: string): Promise<TagJobView> {
    const { store, runner, clock } = this.#parts;
    const { from, what } = moves[state];
    await this.#get(workspaceId, id);
    const patch = { state, problem: null, endedAt: state === "cancelled" ? clock.now() : null };
    if (!(await store.changeJob(workspaceId, id, patch, from, { what, by }))) {
      const { state: now } = await this.#get(workspaceId, id);
      throw conflict(`This change of tags is ${now === "done" ? "finished" : now} and cannot be ${what}`);
    }
    if (state === "running") runner.look();
    else runner.interrupt(workspaceId, id);
    return this.#shown(workspaceId, id);
  }

  /** Another job, which gives what was touched the tags it had. */
  async undo(workspaceId: string, id: string, by: string): Promise<TagJobView> {
    const { store, runner, clock } = this.#parts;
    const undone = await this.#get(workspaceId, id);
    if (!canUndo(undone)) throw conflict("This change of tags cannot be undone: it is not over, was undone before, or is an undo itself");
    const now = clock.now();
    const job: TagJob = {
      ...undone,
      id: newId("tagjob", now),
      deed: "undo",
      state: "running",
      stage: "apply",
      problem: null,
      accounts: undone.accounts.map((account) => ({
        ...account,
        makes: account.drops,
        drops: account.makes,
        collected: true,
      })),
      undoOf: id,
      undoneBy: null,
      ruleId: null,
      createdBy: by,
      createdAt: now,
      endedAt: null,
    };
    await store.addJob(job, by);
    runner.look();
    return this.#shown(workspaceId, job.id);
  }

  /** Throws BAD_INPUT naming the field. */
  async #plan(workspaceId: string, { kind: key, deed, names, target, accounts: chosen }: TagDeedBody): Promise<Plan> {
    const { catalog, vault, store } = this.#parts;
    const kind = changeableKind(catalog, workspaceId, key);
    const all = accountsOf(kind, await vault.list(workspaceId));
    const unknown = chosen?.find((id) => !all.some((account) => account.id === id));
    if (unknown !== undefined) throw badInput("accounts", "one of the sub-accounts is not connected, or has no such tags");
    const accounts = chosen ? all.filter(({ id }) => chosen.includes(id)) : all;
    if (accounts.length === 0) throw badInput("accounts", "no sub-account with such tags is connected");
    const written = [...new Set(names.map((name) => writtenName(kind.change, name)))];
    const replaces = deed === "merge" || deed === "rename";
    if (replaces !== (target !== undefined))
      throw badInput("target", replaces ? "say which tag it becomes" : "only a merge and a new name have one");
    if (deed === "rename" && written.length !== 1) throw badInput("names", "one tag at a time gets a new name");
    const kept = target === undefined ? null : writtenName(kind.change, target);
    if (deed === "rename" && kept === written[0]) throw badInput("target", "that is its name already");
    const taken = deed === "rename" && (await store.tags(workspaceId)).some((tag) => tag.kind === key && tag.name === kept);
    if (taken) throw badInput("target", `there is a tag '${kept}' already; merge into it instead`);
    const gone = written.filter((name) => name !== kept);
    if (gone.length === 0) throw badInput("names", "choose at least one tag beside the one that is kept");
    return { kind, deed, names: gone, target: kept, accounts };
  }

  /** How many records carry each tag, where it is known to be: counted now, or, where that takes too many calls, as it was counted last. */
  async #counts(workspaceId: string, { kind, names, accounts }: Plan, by: string): Promise<{ connectionId: string; carriers: number }[]> {
    const { store, caller, clock } = this.#parts;
    const ofKind = (await store.tags(workspaceId)).filter((tag) => tag.kind === kind.key);
    const there = accounts.flatMap(({ id: connectionId }): Pick<TagRow, "connectionId" | "name" | "carriers">[] => {
      const own = ofKind.filter((tag) => tag.connectionId === connectionId);
      if (own.length === 0) return names.map((name) => ({ connectionId, name, carriers: null })); // its tags were never read
      return own.filter(({ name }) => names.includes(name));
    });
    if (there.length > mostFreshCounts) return there.map(({ connectionId, carriers }) => ({ connectionId, carriers: carriers ?? 0 }));
    const counts: { connectionId: string; carriers: number }[] = [];
    for (const { connectionId, name } of there) {
      const of: TagCaller = { caller, clock, workspaceId, connectionId, lane: "live", by, tries: 2 };
      counts.push({ connectionId, carriers: await countCarriers(of, kind, name) });
    }
    return counts;
  }

  async #refuseWhileChanged(workspaceId: string, { kind, names, target }: Plan): Promise<void> {
    const touched = new Set([...names, ...(target === null ? [] : [target])]);
    const other = (await this.#parts.store.openJobs(workspaceId)).find(
      (job) => job.kind === kind.key && [...job.names, job.target].some((name) => name !== null && touched.has(name)),
    );
    if (other) throw conflict(`Some of these tags are being changed: ${tagJobTitle(other)}. Wait until that is over, or cancel it`);
  }

  /** The tag that is kept gets what was said of the one that goes, where nothing is said of it. */
  async #passNoteOn(workspaceId: string, { kind, names, target }: Plan, by: string): Promise<void> {
    const notes = (await this.#parts.store.notes(workspaceId)).filter((note) => note.kind === kind.key);
    const said = notes.find(({ name }) => names.includes(name));
    if (target === null || !said || notes.some(({ name }) => name === target)) return;
    await this.#parts.store.saveNote({ ...said, name: target }, by);
  }

  async #get(workspaceId: string, id: string): Promise<Job> {
    const job = await this.#parts.store.job(workspaceId, id);
    if (!job) throw notFound("change of tags", id);
    return job;
  }

  async #shown(workspaceId: string, id: string): Promise<TagJobView> {
    return this.#view(await this.#get(workspaceId, id));
  }

  async #view(job: Job): Promise<TagJobView> {
    const { id, kind, deed, names, target, accounts, state, stage, problem, total, done, failed, undoneBy, createdAt, endedAt } = job;
    const failures = failed === 0 ? [] : await this.#parts.store.failures(id, shownFailures);
    return {
      id,
      kind,
      deed,
      names,
      target,
      state,
      stage,
      problem,
      total,
      done,
      failed,
      undoneBy,
      createdAt,
      endedAt,
      title: tagJobTitle(job),
      accounts: accounts.map(({ title }) => title),
      failures: failures.map(({ carrier, error }) => ({
        carrier,
        error,
      })),
      canUndo: canUndo(job),
      rule: job.ruleId,
      by: job.createdBy,
    };
  }
}

const moves: Record<"running" | "paused" | "cancelled", { from: readonly TagJobState[]; what: string }> = {
  running: { from: ["paused"], what: "resumed" },
  paused: { from: ["running"], what: "paused" },
  cancelled: { from: ["running", "paused"], what: "cancelled" },
};

const placeIn = ({ facts: { has } }: ChangeableKind, account: Connection): string | null =>
  has === undefined ? null : (account[has] ?? null);

const canUndo = ({ deed, state, undoneBy }: TagJob): boolean =>
  deed !== "undo" && undoneBy === null && (state === "done" || state === "cancelled");

/** Pages of the searches, before and at the end; lists of tags; changes in groups; the tags themselves. */
function callsFor({ change }: ChangeableKind, carriers: readonly number[], replaces: boolean): number {
  const searches = sum(carriers.map((count) => Math.ceil(Math.max(count, 1) / pageRows))) + carriers.length;
  const groups = Math.ceil(sum(carriers) / Math.min(change.add.atOnce, change.remove.atOnce));
  return 2 + searches + groups * (replaces ? 2 : 1) + carriers.length + (replaces ? 1 : 0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

/** One view for each name of a kind. */
function viewsOf(rows: readonly TagRow[]): Omit<TagView, "colour" | "description">[] {
  const byName = grouped(rows, ({ kind, name }) => `${kind} ${name}`);
  return [...byName.values()].map((there) => {
    const { kind, name } = there[0]!;
    const counted = there.every(({ carriers }) => carriers !== null);
    return {
      kind,
      name,
      there: there.map(({ connectionId, carriers, countedAt, readAt }) => ({
        connection: connectionId,
        carriers,
        countedAt,
        readAt,
      })),
      carriers: counted ? sum(there.map(({ carriers }) => carriers ?? 0)) : null,
      unusedSince: there.every(({ unusedSince }) => unusedSince !== null)
        ? Math.max(...there.map(({ unusedSince }) => unusedSince!))
        : null,
    };
  });
}
