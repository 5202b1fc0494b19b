import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { ServerResponse } from "node:http";
import { TestClock } from "#kernel/clock.ts";
import { createRunStream } from "./run-stream.ts";

const always = () => true;
let readers = 0;
/** Each in a session of its own. */
const reader = (workspaceId: string, mayListen: () => boolean) => ({ workspaceId, reader: `session_${++readers}`, mayListen });

/** As much of an answer as a stream needs. */
function listener(highWaterMark?: number) {
  const stream = new PassThrough(highWaterMark === undefined ? {} : { highWaterMark });
  const res = Object.assign(stream, { writeHead: () => stream }) as unknown as ServerResponse;
  return { res, text: () => String(stream.read() ?? "") };
}
const change = (id: string, state: "running" | "succeeded" = "succeeded", workspaceId = "ws_1") => ({
  id,
  workspaceId,
  flowId: "f",
  state,
});

test("changes are gathered and sent once, the last state of each run", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  const { res, text } = listener();
  stream.join(res, reader("ws_1", always));
  text();
  stream.changed(change("run_1", "running"));
  stream.changed(change("run_2"));
  stream.changed(change("run_1"));
  await clock.advance(499);
  expect(text()).toBe("");
  await clock.advance(1);
  expect(text()).toBe(
    'event: runs\ndata: {"changed":[{"id":"run_1","flowId":"f","state":"succeeded"},{"id":"run_2","flowId":"f","state":"succeeded"}]}\n\n',
  );
});

test("a workspace's changes are sent to its own pages, and its floods and its readers are counted apart", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock, maxListeners: 1 });
  const [own, other] = [listener(), listener()];
  stream.join(own.res, reader("ws_1", always));
  stream.join(other.res, reader("ws_2", always));
  own.text();
  other.text();
  for (let i = 0; i < 501; i++) stream.changed(change(`run_${i}`, "succeeded", "ws_1"));
  stream.changed(change("run_b", "succeeded", "ws_2"));
  await clock.advance(500);
  expect(own.text()).toContain('{"changed":[]}');
  expect(other.text()).toContain('{"changed":[{"id":"run_b","flowId":"f","state":"succeeded"}]}');
});

test("a flood of changes says only: look again", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  const { res, text } = listener();
  stream.join(res, reader("ws_1", always));
  text();
  for (let i = 0; i < 501; i++) stream.changed(change(`run_${i}`));
  await clock.advance(500);
  expect(text()).toContain('{"changed":[]}');
});

test("a quiet line is kept open by heartbeats", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  const { res, text } = listener();
  stream.join(res, reader("ws_1", always));
  text();
  await clock.advance(30_000);
  expect(text()).toBe(": still here\n\n: still here\n\n");
});

test("only so many may listen, and one who left makes room", () => {
  const stream = createRunStream({ clock: new TestClock(), maxListeners: 1 });
  const first = listener();
  stream.join(first.res, reader("ws_1", always));
  expect(() => stream.join(listener().res, reader("ws_1", always))).toThrow("Too many requests");
  first.res.emit("close");
  expect(stream.listeners()).toBe(0);
  stream.join(listener().res, reader("ws_1", always));
  expect(stream.listeners()).toBe(1);
});

test("one session has so many streams, and leaves others alone", () => {
  const stream = createRunStream({ clock: new TestClock(), maxOfReader: 2 });
  const join = (who: string) => stream.join(listener().res, { ...reader("ws_1", always), reader: who });
  join("ann");
  join("ann");
  expect(() => join("ann")).toThrow("Too many requests");
  join("bob");
});

test("a reader who may not listen any more is cut off when that is looked at, and at the latest by the next heartbeat", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  const signedIn = { one: true, other: true };
  const [one, other] = [listener(), listener()];
  stream.join(
    one.res,
    reader("ws_1", () => signedIn.one),
  );
  stream.join(
    other.res,
    reader("ws_1", () => signedIn.other),
  );
  signedIn.one = false;
  stream.review();
  expect([one.res.writableEnded, other.res.writableEnded]).toEqual([true, false]);
  signedIn.other = false; // nobody says so: a session can also end by its age
  await clock.advance(15_000);
  expect(other.res.writableEnded).toBe(true);
});

test("one who is far behind is cut off", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  const { res } = listener();
  stream.join(res, reader("ws_1", always));
  Object.defineProperty(res, "writableLength", { value: 300 * 1024 });
  stream.changed(change("run_1"));
  await clock.advance(500);
  expect(res.destroyed).toBe(true);
});

test("records that changed are sent once each, beside the runs", async () => {
  const clock = new TestClock();
  const stream = createRunStream({ clock });
  stream.recordChanged({ workspaceId: "ws_1", kind: "flow", id: "unseen" });
  const { res, text } = listener();
  stream.join(res, reader("ws_1", always));
  text();
  for (const id of ["f1", "f2", "f1"]) stream.recordChanged({ workspaceId: "ws_1", kind: "flow", id });
  await clock.advance(500);
  expect(text()).toBe('event: records\ndata: {"changed":[{"kind":"flow","id":"f1"},{"kind":"flow","id":"f2"}]}\n\n');
  stream.changed(change("run_1"));
  stream.recordChanged({ workspaceId: "ws_1", kind: "connection", id: "c1" });
  await clock.advance(500);
  expect(text()).toBe(
    'event: runs\ndata: {"changed":[{"id":"run_1","flowId":"f","state":"succeeded"}]}\n\nevent: records\ndata: {"changed":[{"kind":"connection","id":"c1"}]}\n\n',
  );
});
