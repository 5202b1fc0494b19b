import { judge, textList, type FieldJudgement, type Judgement } from "../judge.ts";
import { locationLookup, userLookup, type LookupId } from "./lookups.ts";

const mary = { id: "8Qk2mVtXb1nLz7RdYc4e", name: "Mary Somerville", firstName: "Mary", lastName: "Somerville", email: "mary@acme.example" };
const show = ["name", "email", "phone", "roles"];
/** An agency's login finds its users by their search. */
const anyUser = { ...userLookup, otherwise: "users.search" } as const;
const userId = { userId: { label: "User", required: true, lookup: anyUser, help: "A name, e-mail address or id." } };
const byId = { operation: "users.get", input: { userId: "input.userId" } };
/** The largest page is not documented; one of twenty-five or more may have been cut short. */
const pages = { style: "offset", offset: "skip", size: "limit", max: 100, asText: true, floor: 25 } as const;

/** Who a user is. */
const role: FieldJudgement<LookupId> = { schema: { type: "string", enum: ["admin", "user"] }, control: "choice" };
const type: FieldJudgement<LookupId> = { schema: { type: "string", enum: ["account", "agency"] }, control: "choice" };

const userFields: Record<string, FieldJudgement<LookupId>> = {
  firstName: {},
  lastName: {},
  email: { label: "E-mail" },
  phone: { help: "With country code: +441632960961." },
  password: { help: "Better from a secret than written here." },
  type,
  role,
  locationIds: {
    label: "Sub-accounts",
    control: "tags",
    lookup: locationLookup,
    help: "Names or ids of sub-accounts the login can reach.",
  },
};

/** Users have no timestamps: their content decides. */
const table = {
  "users.search": {
    endpoint: "users/search-users",
    kind: "trigger",
    title: "Search Users",
    effect: "read",
    result: "users",
    list: true,
    identity: "id",
    show,
    events: ["UserCreate", "UserUpdate", "UserDelete"],
    paging: { ...pages, in: "query" },
    fields: {
      query: { label: "Words to look for" },
      role,
      type,
      ids: { label: "Ids", help: "With commas between." },
    },
    example: { input: { query: "Mary" }, output: [mary] },
    note: "Wants the agency's id, with a sub-account's login too. Such a login does not see an agency's users in full.",
  },
  "users.filter_by_email": {
    endpoint: "users/filter-users-by-email",
    kind: "trigger",
    title: "Filter Users by Email",
    effect: "read",
    result: "users",
    list: true,
    identity: "id",
    show,
    events: ["UserCreate", "UserUpdate", "UserDelete"],
    paging: { ...pages, in: "body" },
    fields: {
      emails: { label: "E-mail addresses", control: "tags", schema: textList, join: "comma" },
      projection: {
        label: "What to give",
        help: "Without 'all' only ids and e-mail addresses come back, and a trigger does not notice a changed name or role.",
      },
      deleted: { label: "Deleted ones" },
    },
    example: { input: { emails: [mary.email], projection: "all" }, output: [mary] },
    note: "A POST, and still a read. Wants an agency's login.",
  },
  "users.get": {
    endpoint: "users/get-user",
    kind: "trigger",
    title: "Get User",
    effect: "read",
    identity: "id",
    show,
    volatile: ["traceId"],
    events: ["UserCreate", "UserUpdate", "UserDelete"],
    fields: userId,
    example: { input: { userId: mary.id }, output: mary },
  },
  "users.create": {
    endpoint: "users/create-user",
    kind: "action",
    title: "Create User",
    effect: "create",
    handsOver: "it makes a login, with the rights that it names",
    events: ["UserCreate"],
    identity: "id",
    show,
    fields: userFields,
    confirm: { operation: "users.search", input: { query: "input.email" }, match: { email: "input.email" } },
    example: {
      input: {
        firstName: "Mary",
        lastName: "Somerville",
        email: mary.email,
        password: "kept-in-a-secret",
        type: "account",
        role: "user",
        locationIds: ["ve9EPM428h8vShlRW1KT"],
      },
      output: mary,
    },
    note: "A sub-account's login makes users of sub-accounts it reaches only.",
  },
  "users.update": {
    endpoint: "users/update-user",
    kind: "action",
    title: "Update User",
    effect: "update",
    handsOver: "it can change how somebody signs in and what they may do",
    events: ["UserUpdate"],
    identity: "id",
    show,
    fields: { ...userId, ...userFields },
    before: { ...byId, ignore: ["userId", "password"] },
    example: { input: { userId: mary.id, role: "admin" }, output: mary },
  },
  "users.delete": {
    endpoint: "users/delete-user",
    kind: "action",
    title: "Delete User",
    effect: "delete",
    events: ["UserDelete"],
    fields: userId,
    before: byId,
    example: { input: { userId: mary.id }, output: { succeded: true, message: "queued" } },
    note: "The deletion is queued: the user may still be read for a while.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const users = judge("Users", table);
