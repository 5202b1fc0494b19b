import type { JsonObject } from "#kernel/json.ts";
import type { Operation } from "#catalog/types.ts";
import { judged } from "../operations.ts";
import { locationId } from "../webhooks/event.ts";
import { webhooks } from "../webhooks/index.ts";
import { appointmentChanges } from "./appointments.ts";
import { contactChanges } from "./contacts.ts";
import { opportunityChanges } from "./opportunities.ts";
import type { ChangeRow } from "./row.ts";

/** The example record of a list, as a flow receives it. */
function exampleOf(list: Operation, { fields, change }: ChangeRow["example"]): JsonObject {
  const rows = list.example?.output;
  const row = (Array.isArray(rows) ? rows[0] : {}) as JsonObject;
  const about = { id: row["id"] ?? null, at: "2026-01-15T09:30:00.000Z", by: "webhook", known: true, merged: 0, late: false };
  return { locationId, ...row, ...fields, _change: { ...change, ...about } };
}

function changeTrigger(id: string, row: ChangeRow): Operation {
  const { title, says, about, events, change, settings = [], rules, note, example } = row;
  const { category, settings: shared, ...subject } = about;
  const list = judged(about.list);
  const { method, path, version, scopes, access, identity } = list;
  const missing = events.filter((event) => !webhooks.some((one) => one.id === event));
  if (missing.length > 0) throw new Error(`${id}: there is no event ${missing.join(", ")}`);
  return {
    id,
    app: "highlevel",
    title,
    category,
    kind: "trigger",
    effect: "read",
    method,
    path,
    ...(version !== undefined && { version }),
    scopes,
    access,
    input: [...shared, ...settings.filter((field) => !shared.includes(field))],
    ...(rules && { rules }),
    result: "",
    ...(identity !== undefined && { identity }),
    list: true,
    example: { input: {}, output: [exampleOf(list, example)] },
    watch: { says, ...subject, events, change },
    note,
  };
}

/**
 * Change triggers: a tag was added, a deal moved, an appointment was cancelled. Each is one row of facts: the events that contain the record
 * and the list that shows it. The engine decides from both whether the record really changed in that way.
 *
 * They are named like operations, by noun and change (`contacts.tag_added`), because the vendor has no name for them.
 */
export const changeTriggers: Operation[] = Object.entries({ ...contactChanges, ...opportunityChanges, ...appointmentChanges }).map(
  ([id, row]) => changeTrigger(id, row),
);
