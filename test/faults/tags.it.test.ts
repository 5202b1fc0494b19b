/** Millrace is killed again and again while a change of tags runs, and while it is undone. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { TagJobView, TagList } from "#api/schemas.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { millraceProcess, type MillraceProcess } from "#test/support/millrace.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

const people = 1_000;
const kills = 4;
const kind = "highlevel.contact";
const { acmeDental } = sandboxDefaults;
let local: LocalSandbox;
let millrace: MillraceProcess;
afterEach(async () => {
  await millrace.remove();
  await local.close();
});

async function untilOver(id: string): Promise<TagJobView> {
  for (;;) {
    const { jobs } = await millrace.api<{ jobs: TagJobView[] }>("GET", "/tags/jobs");
    const job = jobs.find((each) => each.id === id)!;
    if (job.state !== "running") return job;
    await sleep(200);
  }
}

async function killWhileItRuns(): Promise<void> {
  for (let i = 0; i < kills; i++) {
    await sleep(300 + Math.random() * 500);
    await millrace.kill();
    await millrace.start();
  }
}

test("a change of tags that is killed in the middle goes on and touches everything once, and so does its undo", async () => {
  local = await localSandbox();
  const { state, faults } = local.sandbox;
  for (let i = 0; i < people; i++)
    state.saveContact({
      ...contactAt(`p${i}`, 1, Date.now(), {}),
      locationId: acmeDental,
      tags: i % 4 ? ["promoters"] : ["promoters", "promoter"],
    });
  for (const name of ["promoter", "promoters"]) state.tags.put({ id: state.newId(), locationId: acmeDental, name });
  const all = () => Array.from({ length: people }, (_, i) => state.contacts.get(`p${i}`)!.tags.toSorted());
  const before = all();
  millrace = await millraceProcess({ allow: [local.host] });
  await millrace.start();
  await millrace.api("POST", "/connections", local.connection);
  await millrace.api("POST", "/tags/read", {});
  while ((await millrace.api<TagList>("GET", "/tags")).reading !== null) await sleep(100);
  faults.set({ kind: "latency", route: "POST /contacts*", ms: 80 });
  const merge = await millrace.api<TagJobView>("POST", "/tags/jobs", { kind, deed: "merge", names: ["promoters"], target: "promoter" });
  await killWhileItRuns();
  expect(await untilOver(merge.id)).toMatchObject({ state: "done", total: people, done: people, failed: 0 });
  expect(all().every((tags) => tags.join() === "promoter")).toBe(true);
  const undo = await millrace.api<TagJobView>("POST", `/tags/jobs/${merge.id}/undo`, {});
  await killWhileItRuns();
  expect(await untilOver(undo.id)).toMatchObject({ state: "done", total: people, done: people });
  expect(all()).toEqual(before);
});
