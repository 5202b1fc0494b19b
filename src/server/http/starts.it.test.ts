import { afterAll, beforeAll, expect, test } from "vitest";
import { findTrigger } from "#test/support/built-in.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";
import type { DryRunReply, FlowDetail, RunDetail } from "#api/schemas.ts";

const { folder, remove } = inboxFolder();
let house: House;
beforeAll(async () => {
  house = await openHouse(folder, false);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

test("a flow on a schedule is tried and started as of now, in the shape that its events have", async () => {
  const nightly = {
    name: "Nightly",
    trigger: { app: "millrace", operation: "schedule", input: { cron: "0 9 * * *", zone: "Europe/Berlin" } },
    steps: [{ id: "day", format: { text: "It is {{ trigger.local.weekday }}" } }],
  };
  const { id } = (await house.api<FlowDetail>("POST", "/flows", nightly)).body;
  const moment = { scheduledFor: expect.stringMatching(/^\d{4}-/), zone: "Europe/Berlin", local: { hour: expect.any(Number) } };
  const { sample } = (await house.api<DryRunReply>("POST", `/flows/${id}/dry-run`, {})).body;
  expect(sample).toMatchObject({ from: "now", payload: moment });

  await house.api("POST", `/flows/${id}/publish`);
  const { run } = (await house.api<{ run: string }>("POST", `/flows/${id}/run`, {})).body;
  const { event, startedBy, person, name } = (await house.api<RunDetail>("GET", `/runs/${run}`)).body;
  expect({ startedBy, person, name }).toEqual({ startedBy: "schedule", person: null, name: null });
  const { payload } = event;
  expect(payload).toMatchObject(moment);

  const described = findTrigger("millrace", "schedule")!.example as Record<string, object>;
  const { local, ...rest } = payload as Record<string, object>;
  expect(Object.keys(described).toSorted()).toEqual([...Object.keys(rest), "local"].toSorted());
  expect(Object.keys(described["local"]!)).toEqual(Object.keys(local!));
});
