import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { knowledge } from "#test/support/built-in.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";
import { trials } from "#test/support/trials.ts";
import { placesOf } from "../lint/places.ts";
import { parseFlow, problemsOf, readDraft } from "./flow.ts";
import { flowSentence } from "./sentence.ts";

const read = (input: unknown) => readDraft(input, knowledge);
const lacks = (input: unknown) => read(input).problems.map(({ where, problem }) => `${where}: ${problem}`);
const hook = { app: "http", operation: "webhook" };

describe("a draft", () => {
  test("may have nothing yet", () => {
    expect(read({})).toEqual({
      definition: { name: "", trigger: { app: "", operation: "" }, steps: [] },
      problems: [
        { at: "trigger", where: "the trigger", problem: "choose what starts the flow" },
        { at: "name", where: "Name", problem: "is missing" },
        { at: "steps", where: "Steps", problem: "is missing" },
      ],
    });
  });

  test("says of each place what it lacks", () => {
    const steps = [
      { id: "made", app: "highlevel", operation: "contacts.create_note", input: { body: "{{ trigger." } },
      { id: "which", if: "", then: [{ id: "inner", wait: "" }], else: [{ id: "other", wait: "" }] },
      { id: "each", forEach: "" },
      { id: "half", title: "Only some", filter: "trigger.name != blank and not trigger.name contains value?" },
      { id: "login", app: "highlevel", operation: "contacts.get", connection: "", input: { contactId: "1" } },
    ];
    expect(lacks({ name: "F", trigger: { app: "highlevel" }, steps })).toEqual([
      "the trigger, Operation: choose what starts the flow",
      "step 1 'Create contact note', Text: '{{' is not closed: \"{{ trigger.\"",
      "step 1 'Create contact note', Connection: HighLevel needs a connection; name one",
      "step 1 'Create contact note', Contact: 'Create Contact Note' needs this field",
      "step 2 'If a condition holds', Condition: is empty",
      "step 2.1 'Wait', Wait: is empty",
      "step 2.2 'Wait', Wait: is empty",
      "step 3 'For each of a list', List: is empty",
      "step 3 'For each of a list', Steps: is missing",
      "step 4 'Only some', Condition: a condition lacks its value",
      "step 5 'Get contact', Connection: is empty",
    ]);
  });

  test("has the members that every flow has, and keeps every other as it was written", () => {
    const written = {
      name: " Leads ",
      trigger: { ...hook, key: "{{ trigger" },
      steps: [{ id: "", title: "", if: "x ==", else: [{ id: "a", app: "nobody's" }] }],
      settings: { zone: "Mars", retry: { maxAttempts: 0 } },
    };
    expect(read(written).definition).toEqual({
      ...written,
      steps: [{ id: "", title: "", if: "x ==", then: [], else: [{ id: "a", app: "nobody's", operation: "" }] }],
    });
  });

  test("lacks a name of its own as long as it has the one that every new flow gets", () => {
    const flow = { name: "Untitled flow", trigger: hook, steps: [] };
    expect(read(flow).problems).toEqual([]);
    expect(problemsOf(flow, knowledge)).toEqual([{ at: "name", where: "Name", problem: "give the flow a name" }]);
  });

  test.each<[string, unknown]>([
    ["a text", "flow"],
    ["a name that is a number", { name: 3, trigger: hook, steps: [] }],
    ["an unknown member", { name: "F", trigger: hook, steps: [], step: [] }],
    ["an unknown member of the trigger", { name: "F", trigger: { ...hook, evry: "5m" }, steps: [] }],
    ["an unknown member of a step", { name: "F", trigger: hook, steps: [{ id: "a", filter: "x", inptu: {} }] }],
    [
      "one inside a branch that has no condition yet",
      { name: "F", trigger: hook, steps: [{ id: "a", if: "", then: [{ id: "b", filter: 1 }] }] },
    ],
    ["steps that are no list", { name: "F", trigger: hook, steps: {} }],
    ["a step that is a text", { name: "F", trigger: hook, steps: ["wait"] }],
    ["a step of no kind", { name: "F", trigger: hook, steps: [{ id: "a" }] }],
    ["a step of two kinds", { name: "F", trigger: hook, steps: [{ id: "a", wait: "", filter: "" }] }],
    ["an outcome that there is not", { name: "F", trigger: hook, steps: [{ id: "a", stop: "maybe" }] }],
    ["too many steps", { name: "F", trigger: hook, steps: Array.from({ length: 201 }, (_, i) => ({ id: `s${i}`, filter: "" })) }],
    ["more than 256 KiB", { name: "F", trigger: hook, steps: [{ id: "a", format: { x: "y".repeat(300_000) } }] }],
  ])("cannot be %s", (_, input) => {
    expect(() => read(input)).toThrow(expect.objectContaining({ code: "FLOW_INVALID" }));
  });
});

describe("any flow, while somebody writes it", () => {
  /** Members that are chosen from a few words and never typed. */
  const chosen = new Set(["emit", "stop", "onError", "lane", "order", "unknownOutcome"]);

  /** Every place of a text in a value that is typed by hand. */
  const texts = (value: unknown, path: (string | number)[] = []): (string | number)[][] => {
    if (typeof value === "string") return chosen.has(String(path.at(-1))) ? [] : [path];
    if (Array.isArray(value)) return value.flatMap((item, i) => texts(item, [...path, i]));
    return isObject(value) ? Object.entries(value).flatMap(([key, member]) => texts(member, [...path, key])) : [];
  };
  const withText = (value: unknown, [key, ...rest]: readonly (string | number)[], text: unknown): unknown => {
    if (key === undefined) return text;
    if (Array.isArray(value)) return value.map((item, i) => (i === key ? withText(item, rest, text) : item));
    return { ...(value as object), [key]: withText((value as Record<string, unknown>)[key], rest, text) };
  };
  /** Spaces around a name or a condition are dropped. */
  const trimmed = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, part: unknown) => (typeof part === "string" ? part.trim() : part));
  const examples = exampleFlows();

  test("is kept whatever is cut from its texts, and can be shown", () => {
    const cuts = fc.array(fc.record({ at: fc.nat(), to: fc.nat({ max: 12 }) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...examples), cuts, (flow, edits) => {
        const edited = edits.reduce<unknown>((value, { at, to }) => {
          const places = texts(value);
          const path = places[at % places.length]!;
          const text = path.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value) as string;
          return withText(value, path, text.slice(0, to));
        }, flow);
        const { definition, problems } = read(edited);
        if (problems.length > 0) expect(trimmed(definition)).toMatchObject(trimmed(edited) as object);
        else expect(definition).toEqual(parseFlow(edited, knowledge));
        expect(flowSentence(definition, knowledge)).toMatch(/^(When|Every|At) .+\.$/);
        expect(placesOf(definition).length).toBeGreaterThan(0);
      }),
      { numRuns: trials(400) },
    );
  });

  test("is refused where a text becomes a number", () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.nat(), (flow, n) => {
        const places = texts(flow).filter((path) => !path.some((key) => ["input", "format"].includes(String(key))));
        const edited = withText(flow, places[n % places.length]!, 7);
        expect(() => read(edited)).toThrow(MillraceError);
      }),
      { numRuns: trials(100) },
    );
  });
});

describe("a draft with thousands of mistakes", () => {
  const flow = (steps: unknown[]) => ({ name: "F", trigger: hook, steps });
  const many = (count: number, member: (i: number) => [string, unknown]) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => member(i)));
  const create = (input: unknown) => ({ id: "a", app: "highlevel", operation: "contacts.create", connection: "acme", input });
  const kinds: Record<string, (count: number) => unknown> = {
    "unknown members of a step": (count) => flow([{ id: "a", filter: "trigger.a == 1", ...many(count, (i) => [`m${i}`, 1]) }]),
    "unknown names in fields": (count) => flow([create(many(count, (i) => [`f${i}`, "{{ nobody }}"]))]),
    "unknown members of the trigger": (count) => ({ ...flow([]), trigger: { ...hook, ...many(count, (i) => [`m${i}`, 1]) } }),
    "unknown members of the flow": (count) => ({ ...flow([]), ...many(count, (i) => [`m${i}`, 1]) }),
    "the same in one text": (count) => flow([create({ firstName: "{{ nobody }}{{ 'x' | rule }}".repeat(Math.min(count, 400)) })]),
  };

  /** How often the check asks what an operation or a trigger is. */
  function lookups(input: unknown): number {
    let count = 0;
    const counting = new Proxy(knowledge, {
      get(of, name) {
        if (name === "operation" || name === "trigger") count++;
        const member: unknown = Reflect.get(of, name);
        return typeof member === "function" ? (member.bind(of) as unknown) : member;
      },
    });
    try {
      readDraft(input, counting);
    } catch (thrown) {
      if (!(thrown instanceof MillraceError)) throw thrown;
    }
    return count;
  }

  test.each(Object.entries(kinds))("costs no more looking up than one with a few: %s", (_, withMistakes) => {
    expect(lookups(withMistakes(2000))).toBe(lookups(withMistakes(20)));
  });

  test("reports the same mistake in one text once", () => {
    expect(lacks(kinds["the same in one text"]!(400))).toEqual([
      "step 1 'Create contact', First name: the filter 'rule' takes the name of a rule in quotes, like rule: 'score-tag'",
      "step 1 'Create contact', First name: there is no 'nobody' here; fields of the event are written like trigger.nobody",
    ]);
  });
});
