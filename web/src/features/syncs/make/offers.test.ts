import { describe, expect, test } from "vitest";
import { anyConnection } from "../../../lib/views.test-support.ts";
import { contactType, profileType } from "../syncs.test-support.ts";
import { chosenAnew, firstOfEachApp, isSameList, offersOf, readSide, sideText } from "./offers.ts";

const left = { app: "left", connection: "acme" };
const right = { app: "right", connection: "harbour" };
const tag = { ...contactType, id: "tag", title: "Tag", many: "tags" };
const readOnly = { ...profileType, can: { create: false, update: false, remove: false, archive: false } };

describe("ready syncs", () => {
  test("are between kinds of records that stand for the same things in different apps", () => {
    const offers = offersOf([
      { ...left, type: contactType },
      { ...left, type: tag },
      { ...right, type: profileType },
      { ...right, type: { ...tag, title: "tag" } },
    ]);
    expect(offers.map(({ a, b }) => `${a.type.id} ${b.type.id}`)).toEqual(["contact profile", "tag tag"]);
  });

  test("are not offered where nothing can be written on either side", () => {
    const nothing = { ...contactType, can: readOnly.can };
    expect(
      offersOf([
        { ...left, type: nothing },
        { ...right, type: readOnly },
      ]),
    ).toEqual([]);
    expect(
      offersOf([
        { ...left, type: contactType },
        { ...right, type: readOnly },
      ]),
    ).toHaveLength(1);
  });

  test("are made with the first connection of each app, the main app's first", () => {
    const all = [anyConnection("b1", { app: "b" }), anyConnection("a1", { app: "a" }), anyConnection("a2", { app: "a" })];
    expect(firstOfEachApp(all, "a").map(({ name }) => name)).toEqual(["a1", "b1"]);
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
    expect(readSide(undefined)).toEqual({ app: "", connection: "", type: "" });
  });

  test("the same records on both sides are found out; two accounts of one app are not the same", () => {
    const side = { app: "x", connection: "one", type: "contact" };
    expect(isSameList({ a: side, b: { ...side } })).toBe(true);
    expect(isSameList({ a: side, b: { ...side, connection: "two" } })).toBe(false);
    expect(isSameList({ a: readSide(""), b: readSide("") })).toBe(false);
  });
});
