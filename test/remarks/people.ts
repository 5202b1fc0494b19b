import { a, about, body, config, field, mary, moves, operation, read, route, single, stops, url, type Line } from "./asking.ts";

export const people: Line[] = [
  [
    "users.search",
    "the agency is named with a sub-account's login too",
    () => url("users.search", {}),
    "/users/search?companyId=com_1&locationId=loc_1",
  ],
  ["users.search", "only a page of fewer than twenty-five is surely the last", () => about("users.search", "paging.floor"), 25],
  config("users.search", { id: "u", name: "A" }),
  [
    "users.filter_by_email",
    "addresses are one text; a read though a POST; an agency's",
    () => [operation("users.filter_by_email").effect, operation("users.filter_by_email").access],
    ["read", ["agency"]],
  ],
  [
    "users.filter_by_email",
    "joined by commas",
    () => body("users.filter_by_email", { emails: ["a@b.example", "c@d.example"], projection: "all" }),
    { companyId: "com_1", emails: "a@b.example,c@d.example", projection: "all" },
  ],
  [
    "users.filter_by_email",
    "the help says what a trigger needs to notice a changed name",
    () => /a trigger does not notice a changed name/.test(field("users.filter_by_email", "projection")!.help ?? ""),
    true,
  ],
  ...single("users.get"),
  ["users.list_by_location", "is deprecated", () => about("users.list_by_location", "deprecated"), true],
  config("users.list_by_location", { id: "u", name: "A" }),
  ["users.create", "a password is wanted", () => field("users.create", "password")!.required, true],
  [
    "users.create",
    "kinds and roles",
    () => ["type", "role"].map((name) => field("users.create", name)!.schema.enum),
    [
      ["account", "agency"],
      ["admin", "user"],
    ],
  ],
  ["users.create", "the record is the answer", () => read("users.create", a), a],
  [
    "users.update",
    "the user is asked for, though not described",
    () => route("users.update", { userId: mary, lastName: "King" }),
    `PUT /users/${mary}`,
  ],
  [
    "users.delete",
    "is queued, and says so",
    () => [about("users.delete", "note"), read("users.delete", { succeded: true, message: "queued" })],
    [stops("queued"), { succeded: true, message: "queued" }],
  ],
  ...single("businesses.get", "business"),
  [
    "businesses.list",
    "custom fields are read, a change of theirs is told",
    () => moves("businesses.list", { id: "b", customFields: [] }, { id: "b", customFields: [{ id: "f" }] }),
    true,
  ],
  [
    "businesses.create",
    "the record's key is misspelt; spelt well it is read too",
    () => [read("businesses.create", { success: true, buiseness: a }), read("businesses.create", { success: true, business: a })],
    [a, a],
  ],
  ["businesses.create", "custom fields cannot be written", () => field("businesses.create", "customFields"), undefined],
  ["businesses.update", "here too", () => read("businesses.update", { success: true, buiseness: a }), a],
  [
    "businesses.delete",
    "the vendor's own spelling of the endpoint is found",
    () => route("businesses.delete", { businessId: "63771dcac1116f0e21de8e12" }),
    "DELETE /businesses/63771dcac1116f0e21de8e12",
  ],
];
