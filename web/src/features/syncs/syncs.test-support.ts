import type { RecordTypeView, SyncJobView, SyncView } from "#api/schemas.ts";
import type { Definition } from "./types.ts";

/** For tests: a sync that is on and in step, between two apps of nobody. */

export const anyDefinition = (more: Partial<Definition> = {}): Definition => ({
  name: "Contacts of Acme Dental ↔ Profiles of Harbour",
  a: { app: "left", type: "contact", connection: "acme" },
  b: { app: "right", type: "profile", connection: "harbour" },
  match: [[{ a: "email", b: "mail" }]],
  fields: [
    { a: "email", b: "mail", way: "both" },
    { a: "phone", b: "mobile", way: "both" },
    { a: "score", b: "points", way: "toA" },
  ],
  create: { a: true, b: true },
  conflict: "newest",
  deletes: { a: "nothing", b: "nothing", most: 0.05 },
  ...more,
});

export const anySync = (more: Partial<SyncView> = {}): SyncView => ({
  id: "sync_1",
  name: "Contacts of Acme Dental ↔ Profiles of Harbour",
  definition: anyDefinition(),
  revision: 3,
  status: "on",
  reason: null,
  flows: { a: "flow_a", b: "flow_b", events: { a: {}, b: {} } },
  inStepSince: 1,
  counts: { linked: 10, conflicts: 0, problems: 0, waiting: 0, ignored: 0 },
  resting: {},
  job: null,
  asking: null,
  lastReadAt: { a: 1, b: 1 },
  reading: {
    a: { everyMs: 300_000, wholeEveryMs: 7_200_000, wholeAt: 1, pages: 500, stops: true },
    b: { everyMs: 300_000, wholeEveryMs: 300_000, wholeAt: 1, pages: 1, stops: false },
  },
  updatedAt: 1,
  ...more,
});

export const anyJob = (more: Partial<SyncJobView> = {}): SyncJobView => ({
  id: "job_1",
  kind: "first",
  learns: false,
  state: "running",
  done: 0,
  failed: 0,
  total: null,
  perMinute: null,
  endsAt: null,
  problem: null,
  startedAt: 1,
  finishedAt: null,
  ...more,
});

const field = (name: string, label: string, more: Partial<RecordTypeView["fields"][number]> = {}) => ({
  name,
  label,
  kind: "text",
  canWrite: true,
  refers: null,
  custom: false,
  ...more,
});

export const contactType: RecordTypeView = {
  app: "left",
  id: "contact",
  title: "contact",
  many: "contacts",
  of: null,
  can: { create: true, update: true, remove: true, archive: false },
  live: true,
  fields: [
    field("email", "E-mail", { kind: "email" }),
    field("phone", "Phone", { kind: "phone" }),
    field("score", "Score", { kind: "number" }),
    field("custom:a1", "Favourite tooth", { kind: "custom", custom: true }),
  ],
};

export const profileType: RecordTypeView = {
  app: "right",
  id: "profile",
  title: "profile",
  many: "profiles",
  of: null,
  can: { create: true, update: true, remove: false, archive: true },
  live: false,
  fields: [
    field("mail", "Mail", { kind: "email" }),
    field("mobile", "Mobile", { kind: "phone" }),
    field("points", "Points", { kind: "number", canWrite: false }),
  ],
};
