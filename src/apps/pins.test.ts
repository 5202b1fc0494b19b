/** References survive a rename: every kind of thing that a field may name, renamed, deleted, made anew, swapped and doubled. */
import { describe, expect, test } from "vitest";
import type { Pins } from "#catalog/pins.ts";
import { fold } from "#catalog/text.ts";
import type { Call, InputField, Lookup, Operation } from "#catalog/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import { apps, prepareInput } from "#test/support/built-in.ts";
import type { LookupCall } from "#catalog/prepare/types.ts";

interface Case {
  operation: Operation;
  field: InputField;
  lookup: Lookup;
}

/** Each list that names are looked up in, with one field that names something of it. */
const cases = [
  ...new Map(
    [...apps.values()].flatMap(({ operations }) =>
      operations.flatMap((operation) =>
        operation.input.flatMap((field): [string, Case][] => {
          const { lookup } = field;
          if (!lookup || !(lookup.by || field.control === "customFields")) return [];
          const key = [lookup.operation, lookup.list, JSON.stringify(lookup.input), field.control === "customFields", field.schema.type];
          return [[key.join(" "), { operation, field, lookup }]];
        }),
      ),
    ),
  ).values(),
];

/** Ids as the look-up expects them, so that none is taken for a name. */
function idOf({ lookup }: Pick<Case, "lookup">, n: number): string {
  const shapes = [`abcdefghij123456789${n}`, `${"0".repeat(23)}${n}`, `00000000-0000-4000-8000-00000000000${n}`];
  return shapes.find((id) => !lookup.id || new RegExp(lookup.id).test(id))!;
}

interface Thing {
  id: string;
  name: string;
}

function rowsFor({ lookup, field }: Case, things: readonly Thing[]): unknown[] {
  const row = ({ id, name }: Thing) => {
    const made: Record<string, unknown> = { [lookup.value]: id, [lookup.label]: name };
    for (const path of lookup.by ?? []) made[path] ??= `${id}-${path}`;
    if (field.control === "customFields") Object.assign(made, { id, fieldKey: `contact.key_${id}`, name, dataType: "TEXT" });
    return made;
  };
  if (lookup.list === undefined) return things.map(row);
  const inner = lookup.list.split(".").reduceRight<unknown>((value, key) => ({ [key]: value }), things.map(row)) as object;
  return [{ id: "pipelineOfTheStages1", name: "Parent", ...inner }];
}

function memory(): Pins & { writes: number } {
  const kept = new Map<string, { id: string; label: string }>();
  const key = (...parts: string[]) => parts.join("\n");
  const pins = {
    writes: 0,
    get: (kind: string, parent: string, name: string) => kept.get(key(kind, parent, fold(name))),
    set(kind: string, parent: string, name: string, pin: { id: string; label: string }) {
      pins.writes++;
      kept.set(key(kind, parent, fold(name)), pin);
    },
  };
  return pins;
}

/** Resolves a name in what there is now, and gives the id that would be sent. */
async function resolve(one: Case, name: string, things: readonly Thing[], pins: Pins, notes: string[] = []): Promise<string> {
  const { operation, field } = one;
  const output = rowsFor(one, things);
  const answer: Call = async (id) => {
    const list = id === one.lookup.operation;
    return { output: list ? output : [], raw: {}, status: 200 };
  };
  const call: LookupCall = Object.assign(answer, { pins: async () => pins, note: (sentence: string) => void notes.push(sentence) });
  const value = field.control === "customFields" ? { [name]: "x" } : field.schema.type === "array" ? [name] : name;
  const prepared = await prepareInput(operation, { [field.name]: value }, call);
  const sent: unknown = [prepared[field.name]].flat()[0];
  return field.control === "customFields" ? (sent as { id: string }).id : (sent as string);
}

async function refusal(
  work: Promise<unknown>,
): Promise<{ problem: string; reference: { choices: string[]; near: boolean; before?: string } }> {
  const thrown: unknown = await work.then(
    (sent) => new Error(`It was sent: ${JSON.stringify(sent)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof MillraceError)) throw thrown;
  expect([thrown.code, thrown.details["outcome"]]).toEqual(["STEP_INPUT_INVALID", "not_sent"]);
  return thrown.details as never;
}

test("the sweep covers each kind of reference the catalog resolves", () => {
  const kinds = new Set(cases.map(({ lookup }) => `${lookup.operation}${lookup.list ? `#${lookup.list}` : ""}`));
  expect([...kinds].toSorted()).toEqual([
    "associations.list",
    "blogs.list_authors",
    "blogs.list_categories",
    "blogs.list_sites",
    "businesses.list",
    "calendars.list",
    "calendars.list_groups",
    "campaigns.list",
    "locations.list",
    "locations.list_custom_fields",
    "locations.list_tags",
    "opportunities.list_pipelines",
    "opportunities.list_pipelines#stages",
    "opportunities/get-lost-reason#lostReasons",
    "snapshots.list",
    "social-media-posting/get-account#results.accounts",
    "social.list_tags",
    "tags.list",
    "users.list_by_location",
    "workflows.list",
  ]);
});

describe.each(cases.map((one) => [`${one.operation.id} ${one.field.name}`, one] as const))("a name in %s", (_, one) => {
  const [a, b] = [idOf(one, 1), idOf(one, 2)];
  const first = [
    { id: a, name: "Alpha thing" },
    { id: b, name: "Beta thing" },
  ];

  test("still means what it stood for after a rename, says so, and writes nothing new", async () => {
    const pins = memory();
    const notes: string[] = [];
    expect(await resolve(one, "Alpha thing", first, pins, notes)).toBe(a);
    expect([pins.writes, notes]).toEqual([1, []]);
    expect(await resolve(one, "alpha  THING", first, pins, notes)).toBe(a);
    const renamed = [{ id: a, name: "Gamma thing" }, first[1]!];
    expect(await resolve(one, "Alpha thing", renamed, pins, notes)).toBe(a);
    expect(await resolve(one, "ALPHA thing", renamed, pins)).toBe(a);
    expect(pins.writes).toBe(1);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^'Alpha thing' is now called '(Parent \/ )?Gamma thing'/);
  });

  test("stops where it was deleted, with the nearest name", async () => {
    const pins = memory();
    await resolve(one, "Alpha thing", first, pins);
    const { problem, reference } = await refusal(resolve(one, "Alpha thing", [{ id: b, name: "Alpha things" }], pins));
    expect(problem).toMatch(/did you mean '(Parent \/ )?Alpha things'/);
    expect(reference).toMatchObject({ near: true, choices: [expect.stringMatching(/^(Parent \/ )?Alpha things$/)] });
  });

  test("stops where it was deleted and nothing is near, with what there is to choose from", async () => {
    const pins = memory();
    await resolve(one, "Alpha thing", first, pins);
    const { reference } = await refusal(resolve(one, "Alpha thing", [{ id: b, name: "Zq" }], pins));
    expect(reference).toMatchObject({ near: false, choices: [expect.stringMatching(/^(Parent \/ )?Zq$/)] });
  });

  test("means the new one where the old one was deleted and made anew", async () => {
    const pins = memory();
    await resolve(one, "Alpha thing", first, pins);
    const again = [{ id: b, name: "Alpha thing" }];
    expect(await resolve(one, "Alpha thing", again, pins)).toBe(b);
    expect(await resolve(one, "Alpha thing", [{ id: b, name: "Delta" }], pins)).toBe(b);
  });

  test("stops and asks where the old one was renamed and another took its name, or two swapped names", async () => {
    const pins = memory();
    await resolve(one, "Alpha thing", first, pins);
    const pinned = [
      { id: a, name: "Alpha thing (old)" },
      { id: b, name: "Alpha thing" },
    ];
    const { reference } = await refusal(resolve(one, "Alpha thing", pinned, pins));
    expect(reference.choices.map((choice) => choice.replace("Parent / ", ""))).toEqual(["Alpha thing (old)", "Alpha thing"]);
    expect(reference.before).toMatch(/Alpha thing \(old\)$/);
    const swapped = [
      { id: a, name: "Beta thing" },
      { id: b, name: "Alpha thing" },
    ];
    expect((await refusal(resolve(one, "Alpha thing", swapped, pins))).reference.before).toMatch(/Beta thing$/);
    expect(pins.writes).toBe(1);
  });

  test("means the one used before where several have the name now", async () => {
    const pins = memory();
    await resolve(one, "Alpha thing", first, pins);
    const notes: string[] = [];
    const doubled = [
      { id: b, name: "Alpha thing" },
      { id: a, name: "Alpha thing" },
    ];
    expect(await resolve(one, "Alpha thing", doubled, pins, notes)).toBe(a);
    expect(notes[0]).toContain("2 are called 'Alpha thing' now");
    await refusal(resolve(one, "Alpha thing", doubled, memory()));
  });

  test("two that differ in case alone are two, and neither takes the other's memory in turns", async () => {
    const pins = memory();
    const twins = [
      { id: a, name: "Alpha thing" },
      { id: b, name: "alpha thing" },
    ];
    for (let i = 0; i < 3; i++) {
      expect(await resolve(one, "Alpha thing", twins, pins)).toBe(a);
      expect(await resolve(one, "alpha thing", twins, pins)).toBe(b);
    }
    expect(pins.writes).toBe(1);
  });
});
