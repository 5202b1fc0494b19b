import { describe, expect, test } from "vitest";
import type { Operation } from "#catalog/types.ts";
import { olderId } from "#apps/highlevel/facts.ts";
import { specsFolder } from "../../tools/facts/generate.ts";
import { answerJudge } from "./answers.ts";
import { judgedOf } from "./cases.ts";
import { readDescription } from "./document.ts";
import { knownAnswerErrors, type KnownError } from "./known.ts";

const specs = specsFolder(process.env);
if (!specs)
  console.warn(
    "NOT CHECKED: the vendor's specifications are not here, so where Millrace looks for records in answers was not held against them. Set MILLRACE_SPECS to do so.",
  );

describe.skipIf(!specs).each(["v2", "v3"] as const)("answers, as the vendor's description %s has them", (version) => {
  const judge = specs ? answerJudge(readDescription(specs, version)) : () => [];
  const rows = knownAnswerErrors.filter((row) => row.in?.includes(version) ?? true);

  test("have the record, its identity, its pages and what the catalog shows of it where Millrace looks", () => {
    const wrong = judgedOf(version).flatMap((o) =>
      judge(o)
        .filter((fault) => !rows.some(isAbout(o, fault)))
        .map((fault) => `${o.id}: ${fault}`),
    );
    expect(wrong).toEqual([]);
  });

  test("run into every known error of the description; one that is mended is struck off the list", () => {
    const met = judgedOf(version).flatMap((o) =>
      judge(o).flatMap((fault) => rows.filter(isAbout(o, fault)).map((row) => `${nameOf(o)} ${row.wrong}`)),
    );
    const gone = rows.flatMap((row) => row.where.map((id) => `${id} ${row.wrong}`)).filter((one) => !met.includes(one));
    expect(gone).toEqual([]);
  });
});

const nameOf = ({ id }: Operation): string => olderId(id) ?? id;
const isAbout =
  (operation: Operation, fault: string) =>
  (row: KnownError): boolean =>
    row.where.includes(nameOf(operation)) && row.fault.test(fault);
