/** What the sandbox answers, held against the vendor's description: every endpoint of both versions, asked so that it succeeds. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { factsIndex } from "#apps/highlevel/facts.ts";
import { specsFolder } from "../../tools/facts/generate.ts";
import { openSide, type Side } from "../sdk/side.ts";
import { endpointIds } from "./cases.ts";
import { readDescription } from "./document.ts";
import { answersOf, exchangesOf, type Exchange } from "./exchanges.ts";
import type { KnownError } from "./known.ts";
import { knownShapeErrors } from "./known-shapes.ts";
import { shapeJudge } from "./shapes.ts";

const specs = specsFolder(process.env);
if (!specs)
  console.warn(
    "NOT CHECKED: the vendor's specifications are not here, so the shape of no answer of the sandbox was held against them, of either version. Set MILLRACE_SPECS to do so.",
  );

interface Met {
  key: string;
  id: string;
  fault: string;
}

describe.skipIf(!specs).each(["v2", "v3"] as const)("the sandbox's answers, held against the vendor's description %s", (version) => {
  const exchanges: Exchange[] = specs ? exchangesOf(version) : [];
  const rows = knownShapeErrors.filter((row) => row.in?.includes(version) ?? true);
  const met: Met[] = [];
  let side: Side;
  beforeAll(async () => {
    const judge = shapeJudge(readDescription(specs!, version));
    side = await openSide();
    for await (const [{ key, operation }, answer] of answersOf(side, exchanges))
      met.push(...judge(operation, answer).map((fault) => ({ key, id: operation.id, fault })));
  }, 180_000); // some fifteen seconds where nothing else runs
  afterAll(() => side.close());

  test("are those of every endpoint", () => {
    const answered = new Set(exchanges.map(({ key }) => key));
    expect(answered.size).toBe(endpointIds(version).length);
    if (version === "v2")
      expect([...answered].sort()).toEqual(
        factsIndex()
          .map(({ key }) => key)
          .sort(),
      );
  });

  test("have the shape that is described", () => {
    const wrong = met.filter((one) => !rows.some(isAbout(one))).map(({ id, fault }) => `${id}: ${fault}`);
    expect(wrong).toEqual([]);
  });

  test("run into every known error of the description; one that is mended is struck off the list", () => {
    const known = met.flatMap((one) => rows.filter(isAbout(one)).map((row) => `${one.key} ${row.wrong}`));
    const gone = rows.flatMap((row) => row.where.map((key) => `${key} ${row.wrong}`)).filter((one) => !known.includes(one));
    expect(gone).toEqual([]);
  });
});

test("a known error of a shape says what is wrong, why ours is right, and how we know", () => {
  for (const { wrong, right, source } of knownShapeErrors)
    for (const text of [wrong, right, source]) expect(text.length).toBeGreaterThan(10);
});

const isAbout =
  ({ key, fault }: Met) =>
  (row: KnownError): boolean =>
    row.where.includes(key) && row.fault.test(fault);
