import { describe, expect, test } from "vitest";
import { anyConnection } from "../../../lib/views.test-support.ts";
import { chosenAnew, isSameList, offersOf, readSide, sideText } from "./offers.ts";

describe("ready syncs", () => {
  const ready = (id: string, b: string) => ({
    id,
    title: id,
    says: "",
    a: { app: "left", type: "contact" },
    b: { app: b, type: "profile" },
  });
  const connections = [
    anyConnection("acme", { app: "left" }),
    anyConnection("one", { app: "right" }),
    anyConnection("two", { app: "right" }),
  ];

  test("come with the connection chosen where there is no choice", () => {
    const [offer] = offersOf([ready("r", "right")], connections);
    expect(offer).toMatchObject({
      chosen: { a: { app: "left", connection: "acme", type: "contact" }, b: { app: "right", connection: "", type: "profile" } },
      missing: [],
    });
  });

  test("of apps that are not connected come last, and say which", () => {
    const offers = offersOf([ready("later", "third"), ready("now", "right")], connections);
    expect(offers.map(({ id, missing }) => [id, missing])).toEqual([
      ["now", []],
      ["later", ["third"]],
    ]);
    expect(offersOf([ready("none", "right")], [])[0]!.missing).toEqual(["left", "right"]);
  });
});

describe("choosing a side", () => {
  test("another app brings its only connection, and the kind of record is chosen anew", () => {
    const connections = [anyConnection("one", { app: "x" }), anyConnection("y1", { app: "y" }), anyConnection("y2", { app: "y" })];
    const side = { app: "y", connection: "y1", type: "contact" };
    expect(chosenAnew(side, { app: "x" }, connections)).toEqual({ app: "x", connection: "one", type: "" });
    expect(chosenAnew(side, { app: "y" }, connections)).toEqual({ app: "y", connection: "", type: "" });
    expect(chosenAnew(side, { connection: "y2" }, connections)).toEqual({ app: "y", connection: "y2", type: "contact" });
  });

  test("is read from the address as it was written there", () => {
    const side = { app: "x", connection: "one", type: "contact" };
    expect(readSide(sideText(side))).toEqual(side);
    expect(readSide(sideText({ ...side, connection: "" }))).toEqual({ ...side, connection: "" });
    expect(readSide(undefined)).toEqual({ app: "", connection: "", type: "" });
  });

  test("the same records on both sides are found out; two accounts of one app are not the same", () => {
    const side = { app: "x", connection: "one", type: "contact" };
    expect(isSameList({ a: side, b: { ...side } })).toBe(true);
    expect(isSameList({ a: side, b: { ...side, connection: "two" } })).toBe(false);
    expect(isSameList({ a: readSide(""), b: readSide("") })).toBe(false);
  });
});
