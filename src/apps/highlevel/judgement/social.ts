import { judge, type Judgement } from "../judge.ts";
import { postTagLookup, profileLookup, type LookupId } from "./lookups.ts";

const tag = {
  _id: "66c2a1b3d4e5f6a7b8c9d0e1",
  tag: "spring",
  locationId: "ve9EPM428h8vShlRW1KT",
  createdBy: "8Qk2mVtXb1nLz7RdYc4e",
  deleted: false,
  createdAt: "2026-01-15T09:30:00.000Z",
  updatedAt: "2026-01-15T09:30:00.000Z",
};
/** The sub-account is in the path of a POST, where none is filled in unasked: these read. */
const ownAccount = { locationId: { fill: { connection: "locationId" } } } as const;

const table = {
  "social.list_tags": {
    endpoint: "social-media-posting/get-tags-location-id",
    kind: "trigger",
    title: "List Social Planner Tags",
    effect: "read",
    result: "results.tags",
    list: true,
    identity: "_id",
    gone: { row: "deleted", values: [true] },
    show: ["tag", "createdAt"],
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true, floor: 10 },
    fields: { searchText: { label: "Words to look for" } },
    example: { input: {}, output: [tag] },
    note: "Tags of posts, not of contacts. They can be read, and not written. The service keeps deleted ones in its list; here they are left out.",
  },
  "social.tag_details": {
    endpoint: "social-media-posting/get-tags-by-ids",
    kind: "action",
    title: "Get Social Planner Tag Details",
    effect: "read",
    result: "results.tags",
    list: true,
    identity: "_id",
    show: ["tag", "deleted"],
    fields: { tagIds: { label: "Tags", control: "tags", lookup: postTagLookup, help: "Tags, or their ids." }, ...ownAccount },
    example: { input: { tagIds: [tag._id] }, output: [tag] },
    note: "A POST, and still a read.",
  },
  "social.statistics": {
    endpoint: "social-media-posting/get-social-media-statistics",
    kind: "trigger",
    title: "Get Social Planner Statistics",
    effect: "read",
    result: "results",
    show: ["totals", "dayRange"],
    fields: {
      profileIds: {
        label: "Profiles",
        control: "tags",
        lookup: profileLookup,
        schema: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 100 },
        help: "Up to 100 of the sub-account's social accounts, by name or profileId.",
      },
      platforms: {},
    },
    example: {
      input: { profileIds: ["66c2a1b3d4e5f6a7b8c9d0f2"] },
      output: { totals: { posts: 4, likes: 31, followers: 870, impressions: 2210, comments: 6 } },
    },
    note: "A POST, and still a read: the last seven days beside the seven before. The window rolls, so as a trigger it fires daily.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const social = judge("Social Planner", table);
