import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openExecutionMarks } from "./execution-marks.ts";

const newFile = () => join(mkdtempSync(join(tmpdir(), "millrace-marks-")), "executing");
const runs = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `run_${from + i}`);
/** What a process that starts now reads of the one before it, which never closed its marks. */
const left = (file: string) => openExecutionMarks(file).interrupted?.runIds;

test("runs that begin in one turn can be read by the next process before any of them executes, however many they are", async () => {
  const file = newFile();
  const marks = openExecutionMarks(file);
  marks.clear();
  const places = runs(200).map((id) => marks.begin(id));
  expect(left(file)).toEqual([]);
  await marks.written();
  expect(left(file)).toEqual(runs(200));
  for (const at of places.slice(3)) marks.end(at);
  for (const id of runs(2, 500)) marks.begin(id);
  await marks.written();
  expect(left(file)?.toSorted()).toEqual([...runs(3), ...runs(2, 500)]);
});

test("a run that is over leaves the file by itself, without another that begins", async () => {
  const file = newFile();
  const marks = openExecutionMarks(file);
  marks.clear();
  const at = marks.begin("run_1");
  await marks.written();
  marks.end(at);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(left(file)).toEqual([]);
});

test("what the last process left stays until it was dealt with, and nothing is left after a clean end", async () => {
  const file = newFile();
  const first = openExecutionMarks(file);
  first.clear();
  first.begin("run_1");
  await first.written();
  const second = openExecutionMarks(file);
  expect(second.interrupted).toMatchObject({ process: expect.stringMatching(/^proc_/), runIds: ["run_1"] });
  second.close();
  expect(left(file)).toEqual(["run_1"]);
  const third = openExecutionMarks(file);
  third.clear();
  const at = third.begin("run_2");
  third.close();
  third.end(at);
  await third.written();
  expect(readFileSync(file, "latin1")).toBe("");
});
