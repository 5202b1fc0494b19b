import type { SyncDefinition } from "#sync/format.ts";

/** A sync that is worked out already for two kinds of records: what it adds to, or says otherwise than, a suggestion from their fields. */
export interface ReadySync {
  id: string;
  title: string;
  /** One or two sentences for people who choose among them. */
  says: string;
  a: ReadyPlace;
  b: ReadyPlace;
  definition: Partial<Pick<SyncDefinition, "name" | "match" | "fields" | "create" | "conflict" | "deletes">>;
}

/** Records of an app; of any app that the workspace defined itself where `app` is null. */
export interface ReadyPlace {
  app: string | null;
  /** Ids of record types, of which the first that the app has is meant. */
  types: string[];
}

const contacts: ReadyPlace = { app: "highlevel", types: ["contact"] };
const tags: ReadyPlace = { app: "highlevel", types: ["tag"] };
const own = (...types: string[]): ReadyPlace => ({ app: null, types });
const nothing = { a: "nothing", b: "nothing", most: 0.05 } as const;
const name = { a: "name", b: "name", way: "both" } as const;
const place = { a: "locationId", b: "locationId", way: "toB" } as const;
const fullName = "{{ record.firstName | append: ' ' | append: record.lastName | strip }}";

/** In the order in which they are offered. */
export const readySyncs: readonly ReadySync[] = [
  {
    id: "contacts-profiles",
    title: "Contacts with Flocksy's profiles",
    says: "Contacts and profiles with the same e-mail or phone are one person: e-mail, phone and tags go both ways, the name goes to Flocksy.",
    a: contacts,
    b: { app: "flocksy", types: ["profile"] },
    definition: {
      match: [[{ a: "email", b: "email" }], [{ a: "phone", b: "phone" }]],
      fields: [
        { a: "email", b: "email", way: "both" },
        { a: "phone", b: "phone", way: "both" },
        { a: "firstName", b: "name", way: "toB", toB: fullName },
        { a: "tags", b: "segments", way: "both" },
      ],
    },
  },
  {
    id: "contacts-own",
    title: "Contacts with your own app",
    says: "People of your app and contacts with the same e-mail or phone are kept in step, both ways. Check the rows of fields before you start.",
    a: contacts,
    b: own("contact", "customer", "person", "lead", "user"),
    definition: {},
  },
  {
    id: "tags-flocksy",
    title: "Tags with Flocksy",
    says: "A tag made or renamed at one side is made or renamed at the other. Colour and description stay in Flocksy, as a tag of HighLevel has neither.",
    a: tags,
    b: { app: "flocksy", types: ["tag"] },
    definition: {
      match: [[{ a: "id", b: "externalId" }], [{ a: "name", b: "name" }]],
      fields: [name, { a: "id", b: "externalId", way: "toB" }],
      deletes: nothing,
    },
  },
  {
    id: "tag-mapping",
    title: "Tag mappings of Flocksy",
    says: "Each tag of the sub-account has its mapping in Flocksy, and keeps it under a new name. Details and the chosen tag stay in Flocksy.",
    a: tags,
    b: { app: "flocksy", types: ["mapping"] },
    definition: {
      match: [[{ a: "id", b: "tagId" }], [{ a: "name", b: "tagName" }]],
      fields: [{ a: "name", b: "tagName", way: "toB" }, { a: "id", b: "tagId", way: "toB" }, place],
      create: { a: false, b: true },
      deletes: { ...nothing, b: "delete" },
    },
  },
  {
    id: "user-enrichment",
    title: "Users into Flocksy's profiles",
    says: "Each user of the sub-account has a profile in Flocksy with name, e-mail and phone. Segments and tags are Flocksy's own.",
    a: { app: "highlevel", types: ["user"] },
    b: { app: "flocksy", types: ["profile"] },
    definition: {
      match: [[{ a: "id", b: "userId" }], [{ a: "email", b: "email" }]],
      fields: [
        { a: "name", b: "name", way: "toB" },
        { a: "email", b: "email", way: "toB" },
        { a: "phone", b: "phone", way: "toB" },
      ],
      create: { a: false, b: true },
      conflict: "a",
    },
  },
  {
    id: "tags-own",
    title: "Tags with your own app",
    says: "Tags of the sub-account and those of your app are kept in step by their names. What your app knows beside the name stays there.",
    a: tags,
    b: own("tag_detail", "tag", "label"),
    definition: { match: [[{ a: "name", b: "name" }]], deletes: nothing },
  },
  {
    id: "notes-own",
    title: "Notes with your own app",
    says: "Notes of contacts go both ways. It needs a sync of the contacts first, which knows whose note it is.",
    a: { app: "highlevel", types: ["note"] },
    b: own("note", "comment"),
    definition: { deletes: nothing },
  },
  {
    id: "tasks-own",
    title: "Tasks with your own app",
    says: "Tasks go both ways: title, text, due time and whether they are done. It needs a sync of the contacts first, which knows whose task it is.",
    a: { app: "highlevel", types: ["task"] },
    b: own("task", "todo", "reminder"),
    definition: { deletes: nothing },
  },
];
