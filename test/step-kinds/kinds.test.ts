import { describe, expect, test } from "vitest";
import { stepKindNames, stepSchemas } from "#engine/flow/format.ts";
import { shapes } from "#engine/flow/kinds/shapes.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";

describe.each(stepKindNames)("the kind of step '%s'", (name) => {
  const { marks, members, lists } = shapes[name];
  const kind = stepKinds.of({ id: "a", [marks[0]]: "" });

  test("is found by each of its marks, which no other kind has", () => {
    for (const mark of marks) expect(stepKinds.nameOf({ id: "a", [mark]: "" })).toBe(name);
    const others = stepKindNames.filter((other) => other !== name).flatMap((other) => shapes[other].marks as readonly string[]);
    expect(marks.filter((mark) => others.includes(mark))).toEqual([]);
  });

  test("uses the shape that the contract has", () => {
    expect(kind.shape).toBe(shapes[name]);
    expect(Object.keys(stepSchemas[name].shape).toSorted()).toEqual(
      ["id", "title", "comment", "todo", "off", ...Object.keys(members), ...Object.keys(lists)].toSorted(),
    );
  });

  test("has templates, labels and marks only for members that it has", () => {
    const all = [...Object.keys(members), ...Object.keys(lists)];
    expect(Object.keys(members)).toEqual(expect.arrayContaining(Object.keys(kind.templates)));
    expect(all).toEqual(expect.arrayContaining([...marks, ...Object.keys(kind.labels)]));
  });
});
