import { expect, test } from "vitest";
import { type NamedRow, tellApart } from "./tell-apart.ts";

const one = (label: string, id: string, row: Record<string, unknown> = {}, parent?: string): NamedRow => ({ label, id, row, parent });

test("what has a name of its own needs no more", () => {
  expect(tellApart([one("Ada", "u1", { email: "ada@x.example" }), one("Sam", "u2")])).toEqual([undefined, undefined]);
});

test("things with the same name get the fact that people distinguish them by", () => {
  const users = [one("Sam Hill", "u1", { email: "sam@acme.example" }), one("sam hill ", "u2", { email: "hill@acme.example" })];
  expect(tellApart(users)).toEqual(["sam@acme.example", "hill@acme.example"]);
  const profiles = [
    one("Acme Dental", "p1", { platform: "facebook", type: "page" }),
    one("Acme Dental", "p2", { platform: "google", type: "page" }),
  ];
  expect(tellApart(profiles)).toEqual(["facebook", "google"]);
  const stages = [one("New", "s1", {}, "Sales"), one("New", "s2", {}, "Care")];
  expect(tellApart(stages)).toEqual(["Sales", "Care"]);
});

test("where nothing else differs, the end of the id is shown", () => {
  const profiles = [
    one("Acme", "64f0aaaa1111", { platform: "facebook" }),
    one("Acme", "64f0aaaa2222", { platform: "facebook" }),
    one("Acme", "x9", {}),
  ];
  expect(tellApart(profiles)).toEqual(["facebook, ends in aa1111", "facebook, ends in aa2222", "ends in x9"]);
});
