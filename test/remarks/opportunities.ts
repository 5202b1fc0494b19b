import { expect } from "vitest";
import {
  a,
  about,
  body,
  mary,
  moves,
  operation,
  ownField,
  pipelineId,
  read,
  refused,
  request,
  single,
  stopped,
  stops,
  url,
  type Line,
} from "./asking.ts";

export const opportunities: Line[] = [
  [
    "opportunities.search",
    "names in snake_case, days month first",
    () => url("opportunities.search", { pipeline_id: pipelineId, date: "2026-02-01" }),
    `/opportunities/search?date=02-01-2026&location_id=loc_1&pipeline_id=${pipelineId}`,
  ],
  [
    "opportunities.search",
    "says which other search sorts and filters more",
    () => about("opportunities.search", "note"),
    stops("by Any Field"),
  ],
  ...single("opportunities.get", "opportunity"),
  ["opportunities.get", "has no notes, and says so", () => about("opportunities.get", "note"), stops("Notes")],
  [
    "opportunities.list_pipelines",
    "a changed stage is a changed pipeline",
    () =>
      moves("opportunities.list_pipelines", { id: "p", stages: [{ id: "s", name: "A" }] }, { id: "p", stages: [{ id: "s", name: "B" }] }),
    true,
  ],
  [
    "opportunities.create",
    "what is required",
    () =>
      operation("opportunities.create")
        .input.filter((f) => f.required && !f.fill)
        .map((f) => f.name)
        .sort(),
    ["contactId", "name", "pipelineId", "status"],
  ],
  [
    "opportunities.create",
    "a second one is told, with the first",
    () =>
      refused("opportunities.create", 400, {
        code: "OPPORTUNITY_NO_DUPLICATE",
        message: "Can not create duplicate opportunity for the contact.",
        meta: { existingId: "o9" },
      }),
    ["DUPLICATE_RECORD", "o9"],
  ],
  ["opportunities.create", "brings two events", () => about("opportunities.create", "events"), ["OpportunityCreate", "OpportunityUpdate"]],
  [
    "opportunities.update",
    "custom fields are given by name and written by id",
    () => body("opportunities.update", { id: "o", customFields: { "Source of the deal": "x" } }),
    { customFields: [{ id: "f1", key: ownField.fieldKey, field_value: "x" }] },
  ],
  [
    "opportunities.delete",
    "an update told afterwards brings nothing back, and it says so",
    () => [about("opportunities.delete", "events"), about("opportunities.delete", "note")],
    [["OpportunityDelete", "OpportunityUpdate"], stops("brings nothing back")],
  ],
  [
    "opportunities.update_status",
    "'all' is for searching",
    () => stopped("opportunities.update_status", { id: "o", status: "all" }),
    stops("status: must be one of"),
  ],
  [
    "opportunities.upsert",
    "a contact goes along, followers need not",
    () => body("opportunities.upsert", { contactId: "c", pipelineId }),
    { contactId: "c", pipelineId, locationId: "loc_1" },
  ],
  ["opportunities.upsert", "the record is in the answer", () => read("opportunities.upsert", { opportunity: a, new: true }), a],
  [
    "opportunities.add_followers",
    "all and added are told",
    () => read("opportunities.add_followers", { followers: ["u"], followersAdded: ["u"] }),
    { followers: ["u"], followersAdded: ["u"] },
  ],
  [
    "opportunities.remove_followers",
    "a DELETE with a body, and a query that clears all",
    () => request("opportunities.remove_followers", { id: "o", followers: [mary], isRemoveAllFollowers: true }),
    expect.objectContaining({ method: "DELETE", url: "/opportunities/o/followers?isRemoveAllFollowers=true", body: { followers: [mary] } }),
  ],
  [
    "opportunities.search_advanced",
    "is a read though a POST, with the sub-account in the body",
    async () => [
      operation("opportunities.search_advanced").effect,
      operation("opportunities.search_advanced").method,
      await body("opportunities.search_advanced", { query: "implants" }),
    ],
    ["read", "POST", expect.objectContaining({ query: "implants", locationId: "loc_1" })],
  ],
  [
    "opportunities.search_advanced",
    "the mark by which it reads on is no change of the row",
    () => moves("opportunities.search_advanced", { ...a, searchAfter: [1], indexVersion: 1 }, { ...a, searchAfter: [2], indexVersion: 2 }),
    false,
  ],
];
