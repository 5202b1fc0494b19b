import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { flowDefinition, stepSchemas } from "#engine/flow/format.ts";
import { shapes, stepKindNames } from "#engine/flow/kinds/shapes.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import { compileCondition, compileValue } from "#engine/mapping/mapping.ts";
import { anyFlow } from "#test/support/any-flow.ts";
import { trials } from "#test/support/trials.ts";
import {
  copyFor,
  duplicateStep,
  fits,
  insertStep,
  movedPlace,
  moveStep,
  removeStep,
  renameItem,
  renameMember,
  renameStep,
  setAt,
  switchStep,
  towards,
} from "./edits.ts";
import { begin, edited, type History, redone, undone } from "./history.ts";
import { freeId, idProblem, usedNames } from "./ids.ts";
import { cards } from "../kinds/cards.ts";
import type { KindCard } from "../kinds/card.ts";
import { kindOf } from "./kinds.ts";
import {
  allSteps,
  listOf,
  type Place,
  placeFromKey,
  placeKey,
  placeOf,
  placeOfAddress,
  placeOfId,
  stepAt,
  stepPlaceOf,
  valueAt,
} from "./place.ts";
import { namesIn, renamedInCode, renamedInTemplate } from "./references.ts";
import { seenFrom, unseenReads } from "./visible.ts";

const flow = (...steps: object[]): FlowDefinition => ({
  name: "F",
  trigger: { app: "http", operation: "webhook" },
  steps: steps as StepDefinition[],
});
const step = (id: string, more: object = {}): StepDefinition => ({ id, app: "http", operation: "get", ...more }) as StepDefinition;
const branch = (id: string, yes: object[], no?: object[]): object =>
  Object.fromEntries([["id", id], ["if", "trigger.x"], [yesList, yes], ...(no ? [["else", no]] : [])]);
const [yesList = ""] = Object.keys(shapes.branch.lists);
const loop = (id: string, inner: object[], more: object = {}): object => ({ id, forEach: "trigger.items", ...more, do: inner });
const ids = (definition: FlowDefinition) => allSteps(definition).map(({ step: one, number }) => `${number} ${one.id}`);

describe("a kind of step", () => {
  test.each(stepKindNames)("'%s' is one card here, with the marks, lists and code that the server has", (name) => {
    const { mark, lists, gives = false, code = [] } = cards[name] as KindCard<object>;
    const kind = stepKinds.of({ id: "a", [mark]: "" });
    expect(shapes[name].marks).toContain(mark);
    expect(lists.map(([member]) => member as string)).toEqual(Object.keys(shapes[name].lists));
    expect(gives).toBe(kind.gives);
    expect(code).toEqual(Object.keys(kind.templates).filter((member) => kind.templates[member] !== "value"));
    expect(kindOf({ id: "a", [mark]: "" })).toBe(name);
    expect(Object.keys(stepSchemas[name].shape)).toContain("off");
  });

  test("is unknown where the page does not have it", () => {
    expect([kindOf({ id: "a", poem: "later" }), kindOf("a step"), kindOf(null)]).toEqual([null, null, null]);
  });
});

describe("places", () => {
  const definition = flow(step("a"), branch("b", [step("c"), loop("d", [step("e")])], [step("f")]));

  test("are found in the order of the flow, with the numbers that people say", () => {
    expect(ids(definition)).toEqual(["1 a", "2 b", "2.1 c", "2.2 d", "2.2.1 e", "2.3 f"]);
    expect(placeOfId(definition, "e")).toEqual(["steps", 1, "then", 1, "do", 0]);
  });

  test("go through texts and back", () => {
    for (const { place } of allSteps(definition)) expect(placeFromKey(placeKey(place))).toEqual(place);
    expect(placeFromKey("trigger")).toEqual(["trigger"]);
    expect(placeFromKey("steps.x")).toBeNull();
    for (const { place, step } of allSteps(definition)) expect(placeOfAddress(definition, `step:${step.id}`)).toEqual(place);
    expect(placeOfAddress(definition, "step:gone")).toBeNull();
    expect(placeOf("steps[1].then[0].input.email")).toEqual(["steps", 1, "then", 0, "input", "email"]);
    expect(stepPlaceOf(placeOf("steps[1].then[0].input.email"))).toEqual(["steps", 1, "then", 0]);
  });

  test("that hold something else than steps are left alone", () => {
    const broken = { name: "F", trigger: {}, steps: [1, null, branch("b", "later" as never)] } as unknown as FlowDefinition;
    expect(ids(broken)).toEqual(["3 b"]);
    expect(stepAt(broken, ["steps", 0])).toBeUndefined();
    expect(removeStep(broken, ["steps", 0]).steps).toHaveLength(2);
  });
});

describe("an edit", () => {
  const definition = flow(step("a"), branch("b", [step("c")]), step("d"));

  test("puts a step in, takes it out, and moves it", () => {
    expect(ids(insertStep(definition, ["steps", 1], step("n")))).toEqual(["1 a", "2 n", "3 b", "3.1 c", "4 d"]);
    expect(ids(insertStep(definition, ["steps", 1, "else", 0], step("n")))).toEqual(["1 a", "2 b", "2.1 c", "2.2 n", "3 d"]);
    expect(ids(removeStep(definition, ["steps", 1]))).toEqual(["1 a", "2 d"]);
    const down = moveStep(definition, ["steps", 0], ["steps", 2]);
    expect(ids(down)).toEqual(["1 b", "1.1 c", "2 a", "3 d"]);
    expect(movedPlace(["steps", 0], ["steps", 2])).toEqual(["steps", 1]);
    expect(ids(moveStep(definition, ["steps", 2], ["steps", 1, "then", 0]))).toEqual(["1 a", "2 b", "2.1 d", "2.2 c"]);
  });

  test("never moves a step into itself, and never too deep", () => {
    expect(moveStep(definition, ["steps", 1], ["steps", 1, "then", 0])).toBe(definition);
    let deep: object = step("leaf");
    for (let n = 0; n < 7; n++) deep = branch(`b${n}`, [deep]);
    expect(fits(deep as StepDefinition, ["steps"])).toBe(true);
    expect(insertStep(definition, ["steps", 1, "then", 0], deep as StepDefinition)).toBe(definition);
  });

  test("moves up, down, in and out", () => {
    const at = (place: Place, direction: "up" | "down" | "in" | "out") => towards(definition, place, direction);
    expect([at(["steps", 0], "up"), at(["steps", 0], "down")]).toEqual([null, ["steps", 2]]);
    expect(at(["steps", 2], "in")).toEqual(["steps", 1, "then", 1]);
    expect(at(["steps", 1, "then", 0], "out")).toEqual(["steps", 2]);
    expect(at(["steps", 1], "in")).toBeNull();
  });

  test("sets, clears and renames a member, and keeps those it does not know", () => {
    const odd = flow({ ...step("a"), later: { kept: [1] } });
    const set = setAt(odd, ["steps", 0, "input", "email"], "x");
    expect(set.steps[0]).toEqual({ ...step("a"), later: { kept: [1] }, input: { email: "x" } });
    expect(setAt(set, ["steps", 0, "input", "email"], undefined).steps[0]).toEqual({ ...step("a"), later: { kept: [1] }, input: {} });
    expect(setAt(odd, ["steps", 0, "input", "email"], undefined)).toBe(odd);
    expect(Object.keys(setAt(odd, ["name"], "G"))).toEqual(["name", "trigger", "steps"]);
    expect(valueAt(renameMember(set, ["steps", 0, "input", "email"], "phone"), ["steps", 0, "input"])).toEqual({ phone: "x" });
    const proto = setAt(odd, ["steps", 0, "input", "__proto__"], "x");
    expect(JSON.stringify(proto.steps[0])).toContain('"__proto__":"x"');
  });

  test("switches a step off and on again", () => {
    const off = switchStep(definition, ["steps", 0]);
    expect(off.steps[0]).toMatchObject({ off: true });
    expect(switchStep(off, ["steps", 0])).toEqual(definition);
  });

  test("copies a step under free ids, and the copies read each other", () => {
    const inner = [step("c"), step("e", { input: { id: "{{ c.id }} {{ a.id }}" } })];
    const copied = duplicateStep(flow(step("a"), branch("b", inner)), ["steps", 1]);
    expect(ids(copied)).toEqual(["1 a", "2 b", "2.1 c", "2.2 e", "3 b_2", "3.1 c_2", "3.2 e_2"]);
    expect(valueAt(copied, ["steps", 2, "then", 1, "input", "id"])).toBe("{{ c_2.id }} {{ a.id }}");
  });
});

describe("a new name", () => {
  test("reaches every place that reads it, and nothing else", () => {
    const definition = flow(
      step("contact"),
      { id: "f", filter: "contact.score <= 6 and trigger.contact == 'contact'" },
      step("n", {
        input: { contact: "{{ contact.id | default: 'contact' }} contact", list: ["{{ trigger.contact }}{{contact['contact']}}"] },
      }),
      branch("b", [{ id: "w", wait: "{{ contact.at | plus_days: contact.days }}" }]),
    );
    const renamed = renameStep(definition, ["steps", 0], "person");
    expect(renamed).toEqual(
      flow(
        step("person"),
        { id: "f", filter: "person.score <= 6 and trigger.contact == 'contact'" },
        step("n", {
          input: { contact: "{{ person.id | default: 'contact' }} contact", list: ["{{ trigger.contact }}{{person['contact']}}"] },
        }),
        branch("b", [{ id: "w", wait: "{{ person.at | plus_days: person.days }}" }]),
      ),
    );
    expect(renameStep(renamed, ["steps", 0], "contact")).toEqual(definition);
  });

  test.each([
    ["{% if a.b == a %}{{ x | where: a, 'a' }}{% endif %}", "{% if z.b == z %}{{ x | where: z, 'a' }}{% endif %}"],
    ["{% raw %}{{ a }}{% endraw %}{{ a }}", "{% raw %}{{ a }}{% endraw %}{{ z }}"],
    ["{{ '}} a' | append: a }}", "{{ '}} a' | append: z }}"],
    ["{{ x | a: a: 1 }} {{ x.a }} {{ (1..a.n) }} { a }", "{{ x | a: a: 1 }} {{ x.a }} {{ (1..z.n) }} { a }"],
    ["{{- a -}} {{ b[a].a }} {{ a-b }} {{ 'open", "{{- z -}} {{ b[z].a }} {{ a-b }} {{ 'open"],
  ])("in %s", (text, expected) => {
    expect(renamedInTemplate(text, (name) => (name === "a" ? "z" : name))).toBe(expected);
  });

  test("of a loop's item reaches the steps inside", () => {
    const definition = flow(
      loop("l", [step("s", { input: { a: "{{ item.id }}{{ item_index }}" } })]),
      step("t", { input: { a: "{{ item }}" } }),
    );
    expect(renameItem(definition, ["steps", 0], "person")).toEqual(
      flow(
        { id: "l", forEach: "trigger.items", do: [step("s", { input: { a: "{{ person.id }}{{ person_index }}" } })], as: "person" },
        step("t", { input: { a: "{{ item }}" } }),
      ),
    );
  });

  test("must be free and one that templates can read", () => {
    const definition = flow(step("a"), step("b"));
    expect(idProblem(definition, ["steps", 0], "a")).toBeNull();
    expect(idProblem(definition, ["steps", 0], "b")).toContain("Step 2");
    expect([idProblem(definition, ["steps", 0], "trigger"), idProblem(definition, ["steps", 0], "1a")]).not.toContain(null);
    expect(freeId("note", usedNames(flow(step("note"), step("note_2"))))).toBe("note_3");
    expect(freeId("42 %", new Set())).toMatch(/^[A-Za-z_][\w-]*$/);
  });

  /** The names the engine says a text reads are those that are replaced. */
  test("is given to exactly the names that the engine reads", () => {
    const settings = { zone: "UTC", now: () => 0 };
    const words = new Set(["and", "or", "not", "contains", "blank", "in", "a"]); // `a` is what a loop within a text makes itself
    const read = (names: Set<string>) => new Set([...names].filter((name) => !words.has(name)));
    const rootsOf = (uses: string[]) => new Set(uses.map((path) => /^[^.[]*/.exec(path)![0]).filter((root) => !words.has(root)));
    fc.assert(
      fc.property(anyFlow, (definition) => {
        for (const { step: one } of allSteps(definition)) {
          if ("if" in one) expect(read(namesIn(one.if, true))).toEqual(rootsOf(compileCondition(one.if, settings, "").uses));
          const values = "input" in one ? one.input : "format" in one ? one.format : undefined;
          for (const text of textsIn(values)) expect(read(namesIn(text))).toEqual(rootsOf(compileValue(text, settings, "").uses));
        }
      }),
      { numRuns: trials(200) },
    );
    expect(renamedInCode("{{ a.b }} == a", (name) => `${name}2`)).toBe("{{ a2.b }} == a");
  });
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe("what a place can see", () => {
  const definition = flow(
    step("a"),
    { id: "w", wait: "1h" },
    branch("b", [step("c"), loop("d", [step("e")], { as: "one" })], [step("f")]),
    step("g", { input: { x: "{{ a.id }} {{ c.id }} {{ trigger.id }}" } }),
  );
  const names = (place: Place) => seenFrom(definition, place).map(({ name }) => name);

  test("is the trigger, what came before, and the items of loops around it", () => {
    expect(names(["steps", 0])).toEqual(["trigger"]);
    expect(names(["steps", 2, "then", 1, "do", 0])).toEqual(["trigger", "a", "c", "one", "one_index"]);
    expect(names(["steps", 2, "else", 0])).toEqual(["trigger", "a"]);
    expect(names(["steps", 3])).toEqual(["trigger", "a"]);
  });

  test("does not hold what is read from a branch that the step is not in, or from a step that is switched off", () => {
    const all = usedNames(definition);
    expect(unseenReads(definition, ["steps", 3], all)).toEqual(["c"]);
    expect(unseenReads(switchStep(definition, ["steps", 0]), ["steps", 3], all)).toEqual(["a", "c"]);
  });
});

/** Every edit there is, at a place that is drawn. */
const edits: Record<string, (definition: FlowDefinition, a: Place, b: Place, text: string) => FlowDefinition> = {
  insert: (d, a) => insertStep(d, a, step(freeId("new", usedNames(d)))),
  remove: (d, a) => removeStep(d, a),
  move: (d, a, b) => moveStep(d, a, b),
  duplicate: (d, a) => duplicateStep(d, a),
  paste: (d, a, b) => (stepAt(d, a) ? insertStep(d, b, copyFor(d, stepAt(d, a)!)) : d),
  off: (d, a) => switchStep(d, a),
  rename: (d, a) => renameStep(d, a, freeId("renamed", usedNames(d))),
  set: (d, a, _, text) => setAt(d, [...a, "input", "email"], text),
  clear: (d, a) => setAt(d, [...a, "title"], undefined),
  setting: (d, _a, _b, text) => setAt(d, ["settings", "zone"], text),
};
const anEdit = fc.record({ name: fc.constantFrom(...Object.keys(edits)), from: fc.nat(), to: fc.nat(), text: fc.string() });

const pick = (definition: FlowDefinition, n: number): Place => {
  const all = allSteps(definition);
  return all.length === 0 ? ["steps", 0] : all[n % all.length]!.place;
};

describe("any edits of any flow", () => {
  test("are undone to the same, and done again to the same", () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anEdit, { maxLength: 6 }), (start, drawn) => {
        const before = JSON.stringify(start);
        const states: FlowDefinition[] = [start];
        let history: History<FlowDefinition> = begin(start);
        for (const { name, from, to, text } of drawn) {
          const { present } = history;
          history = edited(history, edits[name]!(present, pick(present, from), pick(present, to), text), { at: 0 });
          if (history.present !== states.at(-1)) states.push(history.present);
        }
        const end = JSON.stringify(history.present);
        for (const state of states.toReversed().slice(1)) {
          history = undone(history);
          expect(history.present).toBe(state);
        }
        expect(JSON.stringify(history.present)).toBe(before);
        for (const _ of states.slice(1)) history = redone(history);
        expect(JSON.stringify(history.present)).toBe(end);
      }),
      { numRuns: trials(300) },
    );
  });

  test("leave a flow of the right form, with ids of their own, whatever is edited", () => {
    fc.assert(
      fc.property(
        anyFlow,
        fc.array(
          anEdit.filter(({ name }) => !["set", "setting"].includes(name)),
          { maxLength: 6 },
        ),
        (start, drawn) => {
          const definition = drawn.reduce((d, { name, from, to, text }) => edits[name]!(d, pick(d, from), pick(d, to), text), start);
          expect(flowDefinition.safeParse(definition).error).toBeUndefined();
          const all = allSteps(definition).map(({ step: one }) => one.id);
          expect(new Set(all).size).toBe(all.length);
        },
      ),
      { numRuns: trials(300) },
    );
  });

  test("a move keeps every step, and says where it went", () => {
    fc.assert(
      fc.property(anyFlow, fc.nat(), fc.nat(), (definition, a, b) => {
        const [from, to] = [pick(definition, a), pick(definition, b)];
        const moved = moveStep(definition, from, to);
        const idsOf = (d: FlowDefinition) =>
          allSteps(d)
            .map(({ step: one }) => one.id)
            .toSorted();
        expect(idsOf(moved)).toEqual(idsOf(definition));
        if (moved !== definition) expect(stepAt(moved, movedPlace(from, to))).toBe(stepAt(definition, from));
      }),
      { numRuns: trials(300) },
    );
  });
});

describe("typing on", () => {
  test("in one field is undone in one step; after a pause it takes another", () => {
    let history = begin("");
    for (const [next, at] of [
      ["a", 0],
      ["ab", 100],
      ["abc", 5_000],
    ] as const)
      history = edited(history, next, { key: "name", at });
    expect(undone(history).present).toBe("ab");
    expect(undone(undone(history)).present).toBe("");
    expect(listOf(["steps", 3]).index).toBe(3);
  });
});
