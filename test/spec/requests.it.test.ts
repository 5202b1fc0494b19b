import { describe, expect, test } from "vitest";
import { specsFolder } from "../../tools/facts/generate.ts";
import { casesOf, endpointIds, judgedOf, requestOf, type Case } from "./cases.ts";
import { readDescription, type SpecVersion } from "./document.ts";
import { requestJudge, type RequestJudge } from "./faults.ts";
import { knownRequestErrors, type KnownError } from "./known.ts";

const specs = specsFolder(process.env);
if (!specs)
  console.warn(
    "NOT CHECKED: the vendor's specifications are not here, so no request was held against them: neither those of the judged operations, nor those of the endpoints, nor those of the newer API. Set MILLRACE_SPECS to do so.",
  );

const counts: Record<SpecVersion, { endpoints: number; judged: number }> = {
  v2: { endpoints: 576, judged: 129 },
  v3: { endpoints: 640, judged: 126 },
};

describe.skipIf(!specs).each(["v2", "v3"] as const)("requests, held against the vendor's description %s", (version) => {
  const judge = specs ? requestJudge(readDescription(specs, version)) : () => [];
  const cases = specs ? casesOf(version) : [];
  const rows = knownRequestErrors.filter((row) => row.in?.includes(version) ?? true);

  test("are made of every endpoint and of every judged operation", () => {
    expect(endpointIds(version).length).toBeGreaterThanOrEqual(counts[version].endpoints);
    expect(judgedOf(version).length).toBeGreaterThanOrEqual(counts[version].judged);
  });

  test.each(["example", "required", "all"] as const)("are right, from the input '%s'", (input) => {
    const wrong = cases
      .filter((c) => c.input === input)
      .flatMap((c) => faultsOf(c, judge).filter((fault) => !rows.some(isAbout(c, fault))));
    expect(wrong).toEqual([]);
  });

  test("run into every known error of the description; one that is mended is struck off the list", () => {
    const met = cases.flatMap((c) =>
      faultsOf(c, judge).flatMap((fault) => rows.filter(isAbout(c, fault)).map((row) => `${c.key} ${row.wrong}`)),
    );
    const gone = rows.flatMap((row) => row.where.map((key) => `${key} ${row.wrong}`)).filter((one) => !met.includes(one));
    expect(gone).toEqual([]);
  });
});

test("a known error says what is wrong, why ours is right, and how we know", () => {
  for (const { wrong, right, source } of knownRequestErrors)
    for (const text of [wrong, right, source]) expect(text.length).toBeGreaterThan(10);
});

function faultsOf(c: Case, judge: RequestJudge): string[] {
  const { id, method, path, version } = c.operation;
  return judge(requestOf(c), { method, path, fallback: version }).map((fault) => `${id}: ${fault}`);
}

const isAbout =
  ({ key, operation }: Case, fault: string) =>
  (row: KnownError): boolean =>
    row.where.includes(key) && row.fault.test(fault.slice(operation.id.length + 2));
