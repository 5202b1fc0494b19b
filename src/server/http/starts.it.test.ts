import { afterAll, beforeAll, expect, test } from "vitest";
import { findTrigger } from "#test/support/built-in.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";
import type { DryRunReply, FlowDetail, RunDetail, RunList } from "#api/schemas.ts";

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
  const { event } = (await house.api<RunDetail>("GET", `/runs/${run}`)).body;
  const { payload } = event;
  expect(payload).toMatchObject(moment);

  const described = findTrigger("millrace", "schedule")!.example as Record<string, object>;
  const { local, ...rest } = payload as Record<string, object>;
  expect(Object.keys(described).toSorted()).toEqual([...Object.keys(rest), "local"].toSorted());
  expect(Object.keys(described["local"]!)).toEqual(Object.keys(local!));
});

test("a run that somebody started says who did, and its replay who replayed it, though its flow runs on a schedule", async () => {
  const trigger = { app: "millrace", operation: "schedule", input: { cron: "0 9 * * *" } };
  const { id } = (await house.api<FlowDetail>("POST", "/flows", { name: "Weekly", trigger, steps: [{ id: "a", format: { b: "c" } }] }))
    .body;
  await house.api("POST", `/flows/${id}/publish`);
  const { key } = (await house.api<{ key: string }>("POST", "/api-keys", { name: "Night shift", role: "operator" })).body;
  const headers = { authorization: `Bearer ${key}` };
  const started = await fetch(`${house.millrace.localUrl}/api/v1/flows/${id}/run`, { method: "POST", headers });
  const { run } = (await started.json()) as { run: string };
  const replay = async () => {
    const { body } = await house.api<{ replayed: { as: string }[] }>("POST", "/runs/replay", { ids: [run], from: "start" });
    return body.replayed[0]?.as;
  };
  await expect.poll(replay, { timeout: 30_000 }).toBeDefined();
  const { runs } = (await house.api<RunList>("GET", `/runs?flow=${id}`)).body;
  const by = (starter: string) => ({ startedBy: "hand", starter, person: null });
  expect(runs).toMatchObject([by("The workspace key"), by("API key 'Night shift'")]);
  const other = (await house.api<{ key: string }>("POST", "/api-keys", { name: "Day shift", role: "operator" })).body.key;
  const edited = await fetch(`${house.millrace.localUrl}/api/v1/runs/${run}/replay`, {
    method: "POST",
    headers: { authorization: `Bearer ${other}`, "content-type": "application/json" },
    body: JSON.stringify({ payload: { changed: true } }),
  });
  expect(await edited.json(), "the data is another's").toMatchObject({ starter: "API key 'Day shift'" });
});
