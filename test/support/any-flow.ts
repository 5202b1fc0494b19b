import fc from "fast-check";
import type { FlowDefinition, FlowSettings, StepDefinition, StepKindName, TriggerDefinition } from "#engine/flow/format.ts";

/** Flows as anybody might write them: every kind of step, every member of it, and every setting. They have the right form; whether they make sense is not their matter. */

const names = ["contact", "note", "person", "each_one", "x", "a-b"];
const texts = fc.constantFrom(
  "plain",
  "{{ trigger.email | downcase }}",
  "Hello {{ contact.name }}, {{ person['first name'] | default: \"contact\" }}",
  "{% for a in contact.tags %}{{ a }} {{ note.id }}{% endfor %}",
  "it's {{ trigger.x }}",
  "é {{ item.name }} {{ item_index }}",
);
const conditions = fc.constantFrom(
  "trigger.email != blank",
  "contact.score <= 6 and not person.vip",
  "{{ note.id }}",
  "(trigger.tags | size) > 2 or contact.tags contains 'person'",
);
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.integer({ min: -5, max: 5 }),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ $empty: true }),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b c", "customFields", "$more", "0"), tie("value"), { maxKeys: 2 }),
  ),
})).value;
const fields = fc.dictionary(fc.constantFrom("email", "tags", "customFields", "body", "headers"), values, { maxKeys: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A record without the members that were not drawn. */
const some = <T extends object>(shape: { [K in keyof T]-?: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> =>
  fc
    .record(shape as Record<string, fc.Arbitrary<unknown>>)
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)) as T);

type Inner = fc.Arbitrary<StepDefinition[]>;

/** The members of each kind of step, beside those that every step has. */
const kinds: Record<StepKindName, (inner: Inner) => Record<string, fc.Arbitrary<unknown>>> = {
  action: () => ({
    app: fc.constantFrom("http", "highlevel"),
    operation: fc.constantFrom("get", "contacts.upsert"),
    connection: maybe(fc.constant("acme")),
    input: maybe(fields),
    rows: maybe(fc.integer({ min: 1, max: 100 })),
    messages: maybe(fc.constant({ without: ["cap"], reason: "A code to sign in" })),
    onError: maybe(fc.constantFrom("fail", "continue")),
  }),
  filter: () => ({ filter: conditions }),
  branch: (inner) => ({ if: conditions, ["then"]: inner, else: maybe(inner) }),
  forEach: (inner) => ({
    forEach: fc.constantFrom("trigger.items", "{{ contact.tags }}"),
    as: maybe(fc.constantFrom("one", "item")),
    do: inner,
  }),
  wait: () => ({ wait: fc.constantFrom("2h", "{{ trigger.date }}", "{{ note.at | plus_days: 1 }}") }),
  format: () => ({ format: fields }),
  code: () => ({
    code: fc.constantFrom(
      "return trigger.email",
      "const n = input.body ?? 0;\nreturn { n, all: steps }",
      "return (",
      "return contact.name + note.id",
    ),
    language: maybe(fc.constantFrom("javascript", "typescript")),
    input: maybe(fields),
    timeoutMs: maybe(fc.integer({ min: 1, max: 10_000 })),
    tests: maybe(fc.constant([{ name: "none", data: { trigger: {} }, expect: null }])),
  }),
  stop: () => ({ stop: fc.constantFrom("success", "filtered", "failed"), reason: maybe(texts) }),
  sync: () => ({ sync: fc.constant("sync_1"), side: fc.constantFrom("a", "b") }),
};

const stepsWithin = (depth: number): Inner => fc.array(stepWithin(depth), { maxLength: depth === 0 ? 4 : 2 });

function stepWithin(depth: number): fc.Arbitrary<StepDefinition> {
  const inner: Inner = depth >= 3 ? fc.constant<StepDefinition[]>([]) : stepsWithin(depth + 1);
  const one = (members: Record<string, fc.Arbitrary<unknown>>) =>
    some<Record<string, unknown>>({
      id: fc.constantFrom(...names),
      title: maybe(fc.constant("A title")),
      off: maybe(fc.boolean()),
      ...members,
    });
  return fc.oneof(...Object.values(kinds).map((members) => one(members(inner)))) as unknown as fc.Arbitrary<StepDefinition>;
}

/** Gives each step an id of its own: what it was called, with its number where that is taken. */
function withOwnIds(steps: StepDefinition[], taken = new Set<string>()): StepDefinition[] {
  return steps.map((step) => {
    let id = step.id;
    for (let n = 2; taken.has(id); n++) id = `${step.id}_${n}`;
    taken.add(id);
    const lists = Object.entries(step).map(([member, value]) => [
      member,
      ["then", "else", "do"].includes(member) ? withOwnIds(value as StepDefinition[], taken) : value,
    ]);
    return { ...Object.fromEntries(lists), id } as StepDefinition;
  });
}

const trigger = some<TriggerDefinition>({
  app: fc.constantFrom("http", "highlevel", "millrace"),
  operation: fc.constantFrom("webhook", "contacts.search", "schedule"),
  connection: maybe(fc.constant("acme")),
  input: maybe(fields) as fc.Arbitrary<TriggerDefinition["input"]>,
  every: maybe(fc.constant("5m")),
  emit: maybe(fc.constantFrom("new", "changed", "all")),
  whole: maybe(fc.constant("1h")),
  key: maybe(fc.constant("{{ trigger.id }}")),
  record: maybe(fc.constant("{{ trigger.contact.id }}")),
  previous: maybe(fc.boolean()),
  reconcile: maybe(fc.constant("15m")),
  senders: maybe(fc.constant(["203.0.113.7", "198.51.100.0/24"])),
  inbox: maybe(fc.constant("main")),
});

const settings = some<FlowSettings>({
  unknownOutcome: maybe(fc.constantFrom("hold", "retry")),
  retry: maybe(some<NonNullable<FlowSettings["retry"]>>({ maxAttempts: maybe(fc.constant(3)), maxElapsed: maybe(fc.constant("2h")) })),
  zone: maybe(fc.constant("Europe/Berlin")),
  country: maybe(fc.constant("DE")),
  lane: maybe(fc.constantFrom("live", "sync", "backfill")),
  settle: maybe(fc.constant("10s")),
  order: maybe(fc.constant("record")),
  messages: maybe(fc.constant({ without: ["quietHours" as const], reason: "They have just asked for it" })),
});

/** Any flow. */
export const anyFlow: fc.Arbitrary<FlowDefinition> = some<FlowDefinition>({
  name: fc.constant("Any flow"),
  description: maybe(fc.constant("For the people who come after")),
  todo: maybe(fc.constant("Choose who is told")),
  trigger,
  steps: stepsWithin(0).map((steps) => withOwnIds(steps)),
  settings: maybe(settings),
});
