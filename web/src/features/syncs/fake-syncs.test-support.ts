import type { SyncLinkView, SyncPreview, SyncView, SyncWriteView } from "#api/schemas.ts";
import { anyDefinition, anyJob, anySync, contactType, profileType } from "./syncs.test-support.ts";
import type { Definition, Side } from "./types.ts";

/** For tests: the routes of syncs over a few records in memory. It decides nothing: it keeps, and gives what a page asks for. */

interface Request {
  method: string;
  path: string;
  body: unknown;
}
interface Pair {
  link: SyncLinkView;
  values: Record<string, { a: unknown; b: unknown }>;
  candidates?: { side: "a" | "b"; id: string; name: string }[];
}

const noCounts: SyncPreview["counts"] = { matched: 0, createA: 0, createB: 0, ambiguous: 0, conflict: 0, same: 0, left: 0 };
const noExamples: SyncPreview["examples"] = { matched: [], createA: [], createB: [], ambiguous: [], conflict: [], same: [], left: [] };

export const anyPair = (id: string, name: string, more: Partial<SyncLinkView> = {}): SyncLinkView => ({
  id,
  name,
  a: `a_${id}`,
  b: `b_${id}`,
  gone: null,
  problem: null,
  compared: true,
  ignored: false,
  conflicts: [],
  updatedAt: 1,
  ...more,
});

export const anyWrite = (id: string, name: string, more: Partial<SyncWriteView> = {}): SyncWriteView => ({
  id,
  linkId: "pair_1",
  name,
  side: "b",
  kind: "update",
  changes: [{ field: "mobile", label: "Mobile", before: "+49 1", after: "+49 2" }],
  runId: "run_1",
  batch: null,
  at: 1,
  undone: false,
  ...more,
});

/** A preview that is worked out. */
export const anyPreview = (more: Partial<SyncPreview> = {}): SyncPreview => ({
  state: "ready",
  read: { a: 900, b: 700 },
  problem: null,
  counts: { ...noCounts, matched: 640, createB: 212, ambiguous: 3, same: 48 },
  examples: {
    ...noExamples,
    matched: [{ a: { id: "1", name: "Ada Lovelace" }, b: { id: "2", name: "Ada Lovelace" }, note: "By e-mail" }],
    ambiguous: [{ a: { id: "3", name: "Sam Hill" }, b: null, note: "Two profiles have this e-mail" }],
  },
  calls: 852,
  seconds: 540,
  at: 1,
  ...more,
});

export class FakeSyncs {
  readonly requests: Request[] = [];
  syncs: SyncView[] = [];
  pairs: Pair[] = [];
  writes: SyncWriteView[] = [];
  ready = [
    {
      id: "people",
      title: "Contacts with profiles",
      says: "Those with the same e-mail are one person: e-mail and phone go both ways.",
      a: { app: "left", type: "contact" },
      b: { app: "right", type: "profile" },
    },
  ];
  problems: { field: string; problem: string; level: "error" | "warning" }[] = [];
  preview: SyncPreview = { ...anyPreview(), state: "none", counts: noCounts, examples: noExamples };

  /** Answers a call; null: it is of another route. */
  answer(method: string, path: string, body: unknown): { status: number; body: unknown } | null {
    if (path.startsWith("/record-types")) return ok({ types: path.includes("app=left") ? [contactType] : [profileType] });
    const [, rest] = /^\/syncs\b\/?([^?]*)/.exec(path) ?? [];
    if (rest === undefined) return null;
    if (method !== "GET") this.requests.push({ method, path, body });
    const [first = "", part = "", link = "", deed = ""] = rest.split("/");
    if (first === "ready") return ok({ ready: this.ready });
    if (first === "suggest") return ok({ definition: anyDefinition(body as Partial<Definition>) });
    if (first === "") return method === "POST" ? this.#create(body as { definition: Definition }) : ok({ syncs: this.syncs });
    const sync = this.syncs.find(({ id }) => id === first);
    if (sync === undefined) return refused(404, "NOT_FOUND", "There is no such sync.");
    return part === "links" ? this.#ofLinks(link, deed, path, body) : this.#ofSync(sync, part, method, body);
  }

  #create({ definition }: { definition: Definition }) {
    const sync = anySync({
      id: "sync_new",
      name: definition.name,
      definition,
      revision: 1,
      status: "draft",
      flows: null,
      inStepSince: null,
    });
    this.syncs.push(sync);
    return { status: 201, body: sync };
  }

  #ofSync(sync: SyncView, part: string, method: string, body: unknown) {
    const put = (change: Partial<SyncView>) => ok(Object.assign(sync, change));
    const deeds: Record<string, () => { status: number; body: unknown }> = {
      problems: () => ok({ problems: this.problems }),
      preview: () => ok(method === "POST" ? (this.preview = anyPreview()) : this.preview),
      start: () => put({ status: (body as { first: boolean }).first ? "first" : "on", job: anyJob({ state: "reading" }) }),
      pause: () => put({ status: "paused", job: sync.job && { ...sync.job, state: "paused" } }),
      resume: () => put({ status: "on" }),
      "cancel-job": () => put({ job: sync.job && { ...sync.job, state: "cancelled" } }),
      answer: () => put({ status: "on", asking: null }),
      writes: () => ok({ writes: this.writes, next: null }),
      undo: () => this.#undo(body as { writes?: string[]; dry: boolean }),
      "": () => (method === "PUT" ? this.#put(sync, body as { definition: Definition; revision: number }) : ok(sync)),
    };
    return deeds[part]?.() ?? refused(404, "NOT_FOUND", "There is no such thing.");
  }

  #put(sync: SyncView, { definition, revision }: { definition: Definition; revision: number }) {
    if (revision !== sync.revision) return refused(409, "CONFLICT", "Somebody changed it since.");
    return ok(Object.assign(sync, { definition, name: definition.name, revision: revision + 1 }));
  }

  #ofLinks(id: string, deed: string, path: string, body: unknown) {
    if (id === "") {
      const show = /show=(\w+)/.exec(path)?.[1] ?? "all";
      const links = this.pairs.map(({ link }) => link).filter((link) => show !== "conflicts" || link.conflicts.length > 0);
      return ok({ links, next: null });
    }
    const pair = this.pairs.find(({ link }) => link.id === id);
    if (pair === undefined) return refused(404, "NOT_FOUND", "There is no such pair.");
    if (deed === "decide") decided(pair, body);
    const values = Object.entries(pair.values).map(([field, { a, b }]) => {
      const [labelA, labelB] = field.split("=");
      return { field, labelA, labelB, a, b, way: "both", differs: JSON.stringify(a) !== JSON.stringify(b) };
    });
    return ok({ link: pair.link, values, writes: this.writes.filter(({ linkId }) => linkId === id), candidates: pair.candidates ?? [] });
  }

  #undo({ writes, dry }: { writes?: string[]; dry: boolean }) {
    const meant = this.writes.filter(({ id, undone }) => !undone && (writes === undefined || writes.includes(id)));
    if (!dry) this.writes = this.writes.map((write) => (meant.includes(write) ? { ...write, undone: true } : write));
    const undo = meant.map((write) => ({
      ...write,
      id: `undo ${write.id}`,
      changes: write.changes.map(({ before, after, ...rest }) => ({ ...rest, before: after, after: before })),
    }));
    return ok({ undo, left: [], count: undo.length, job: null });
  }
}

const ok = (body: unknown) => ({ status: 200, body });
const refused = (status: number, code: string, message: string) => ({ status, body: { error: { code, message, details: {} } } });

function decided(pair: Pair, body: unknown): void {
  const { choose, ignored } = body as { choose?: Record<string, Side>; ignored?: boolean };
  if (ignored !== undefined) pair.link = { ...pair.link, ignored };
  for (const [field, side] of Object.entries(choose ?? {})) {
    const value = pair.values[field]?.[side];
    pair.values[field] = { a: value, b: value };
    pair.link = { ...pair.link, conflicts: pair.link.conflicts.filter((one) => one.field !== field) };
  }
}
