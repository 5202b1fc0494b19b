import { judge, type Judgement } from "../judge.ts";

/** What one connects with in calendars, pipelines and blogs is set up rarely and named often: lists to choose from. */
const calendars = {
  "calendars.list_groups": {
    endpoint: "calendars/get-groups",
    kind: "trigger",
    title: "List Calendar Groups",
    effect: "read",
    result: "groups",
    list: true,
    identity: "id",
    show: ["name", "slug", "isActive"],
    example: {
      input: {},
      output: [{ id: "gRp4Lm8Nb2Vc6Xz1As3D", locationId: "ve9EPM428h8vShlRW1KT", name: "Hygiene", description: "", slug: "hygiene" }],
    },
  },
  "calendars.list": {
    endpoint: "calendars/get-calendars",
    kind: "trigger",
    title: "List Calendars",
    effect: "read",
    result: "calendars",
    list: true,
    identity: "id",
    show: ["name", "calendarType", "isActive"],
    fields: {
      groupId: {
        label: "Calendar group",
        lookup: { operation: "calendars.list_groups", value: "id", label: "name", by: ["name", "slug"], id: "^[A-Za-z0-9]{20,24}$" },
      },
      showDrafted: { label: "Drafts too" },
    },
    example: {
      input: {},
      output: [
        { id: "cAl7Qw3Er9Ty5Ui1Op2A", locationId: "ve9EPM428h8vShlRW1KT", name: "Check-up", calendarType: "round_robin", isActive: true },
      ],
    },
  },
} as const satisfies Record<string, Judgement>;

const opportunities = {
  "opportunities.list_pipelines": {
    endpoint: "opportunities/get-pipelines",
    kind: "trigger",
    title: "List Pipelines",
    effect: "read",
    result: "pipelines",
    list: true,
    identity: "id",
    show: ["name", "stages"],
    example: {
      input: {},
      output: [
        {
          id: "pIp3Zx7Cv1Bn5Ma9Sd2F",
          name: "New patients",
          stages: [{ id: "7915dedc-8f18-44d5-8bc3-000000000001", name: "Asked for a visit", position: 0 }],
        },
      ],
    },
    note: "A pipeline counts as changed when one of its stages does.",
  },
} as const satisfies Record<string, Judgement>;

/** The largest page is not documented; a page of ten or more may have been cut short. */
const blogPages = { style: "offset", in: "query", offset: "offset", size: "limit", max: 50, floor: 10 } as const;
const byOffset = { limit: { fill: { value: 50 } }, offset: { fill: { value: 0 } } } as const;

const blogs = {
  "blogs.list_sites": {
    endpoint: "blogs/get-blogs",
    kind: "trigger",
    title: "Get Blogs by Location",
    effect: "read",
    result: "data",
    list: true,
    identity: "_id",
    show: ["name"],
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 50, floor: 10 },
    fields: { searchTerm: { label: "Words to look for" }, limit: { fill: { value: 50 } }, skip: { fill: { value: 0 } } },
    example: { input: {}, output: [{ _id: "66b1f0a2c3d4e5f6a7b8c9d0", name: "Acme Dental news" }] },
  },
  "blogs.list_authors": {
    endpoint: "blogs/get-all-blog-authors-by-location",
    kind: "trigger",
    title: "Get Blog Authors",
    effect: "read",
    result: "authors",
    list: true,
    identity: "_id",
    show: ["name"],
    paging: blogPages,
    fields: byOffset,
    example: {
      input: {},
      output: [
        {
          _id: "66b1f0a2c3d4e5f6a7b8c9d1",
          name: "Mary Somerville",
          locationId: "ve9EPM428h8vShlRW1KT",
          updatedAt: "2026-01-15T09:30:00.000Z",
          canonicalLink: "https://acme.example/mary",
        },
      ],
    },
  },
  "blogs.list_categories": {
    endpoint: "blogs/get-all-categories-by-location",
    kind: "trigger",
    title: "Get Blog Categories",
    effect: "read",
    result: "categories",
    list: true,
    identity: "_id",
    show: ["label", "urlSlug"],
    paging: blogPages,
    fields: byOffset,
    example: {
      input: {},
      output: [
        {
          _id: "66b1f0a2c3d4e5f6a7b8c9d2",
          label: "Teeth",
          locationId: "ve9EPM428h8vShlRW1KT",
          updatedAt: "2026-01-15T09:30:00.000Z",
          canonicalLink: "https://acme.example/teeth",
          urlSlug: "teeth",
        },
      ],
    },
  },
} as const satisfies Record<string, Judgement>;

/** The lists of this file a field may take its choices from. */
export type ConfigListId = keyof typeof calendars | keyof typeof opportunities | keyof typeof blogs;

export const calendarLists = judge("Calendars & Appointments", calendars);
export const pipelineLists = judge("Opportunities", opportunities);
export const blogLists = judge("Other Operations", blogs);
