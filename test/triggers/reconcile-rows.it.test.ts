/** The rows of each reconciling read, as the sandbox has them: they carry the event's record id and spell what is asked of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { reconciles } from "#apps/highlevel/reconcile.ts";
import { findOperation } from "#test/support/built-in.ts";
import { getPath } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connections, openGround, workspace, type Ground } from "./machine.ts";

let ground: Ground;
let relation: { firstRecordId: string };
let appointment: { calendarId: string };
beforeAll(async () => {
  ground = await openGround();
  const { acmeDental } = sandboxDefaults;
  const [firstRecordId, secondRecordId] = ground.sandbox.seedContacts(2, acmeDental);
  const { state } = ground.sandbox;
  const association = state.associations.all().find((a) => a.locationId === acmeDental)!;
  relation = state.relations.put({
    id: state.newId(),
    locationId: acmeDental,
    associationId: association.id,
    firstRecordId: firstRecordId!,
    secondRecordId: secondRecordId!,
  });
  const old = state.appointments.all().find((a) => a.locationId === acmeDental)!;
  const startsAt = Date.now() + 3_600_000; // `now` in an input is the real one
  appointment = state.appointments.put({ ...old, id: state.newId(), startsAt, endsAt: startsAt + 1_800_000 });
});
afterAll(() => ground.close());

/** What the user has to give, by family. */
const inputs = (): Record<string, Record<string, string>> => ({
  Appointment: { calendarId: appointment.calendarId },
  Relation: { recordId: relation.firstRecordId },
  Price: { productId: "655b33a82209e60b6adb87a5" },
});

async function rowsFor(event: string): Promise<unknown[]> {
  const reconcile = reconciles[event]!;
  const family = Object.entries(inputs()).find(([name]) => event.startsWith(name));
  const rows: unknown[] = [];
  const request = {
    workspaceId: workspace,
    app: "highlevel",
    operation: reconcile.operation,
    connection: event.startsWith("Location") ? connections.agency : connections.location,
    input: { ...reconcile.input, ...family?.[1] },
    lane: "sync" as const,
  };
  for await (const page of ground.outbound.caller.pages(request)) rows.push(...page.rows);
  return rows;
}

describe.each(Object.keys(reconciles))("%s", (event) => {
  test("is found in rows that have its record's id and what it goes by", async () => {
    const { only = [], where = {}, made, operation } = reconciles[event]!;
    const rows = await rowsFor(event);
    const { identity, output } = findOperation("highlevel", operation)!;
    expect(rows.length, "rows").toBeGreaterThan(0);
    for (const row of rows) expect(getPath(row, identity!)).toEqual(expect.stringMatching(/./));
    const described = output?.items?.properties ?? {}; // what is not set is left out of some rows
    const spelled = (path: string) => Object.hasOwn(described, path) || rows.some((row) => getPath(row, path) !== undefined);
    const unknown = [...only, ...Object.keys(where), ...(made === undefined ? [] : [made])].filter((path) => !spelled(path));
    expect(unknown, "paths that no row has").toEqual([]);
    expect(
      highlevel.triggers
        .find((t) => t.id === event)!
        .record?.split(".")
        .at(-1),
    ).toMatch(new RegExp(`^(${identity}|messageId)$`));
  });
});
