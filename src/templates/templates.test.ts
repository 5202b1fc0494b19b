import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InputField } from "#catalog/types.ts";
import { compileFlow, parseFlow } from "#engine/flow/flow.ts";
import { knowledgeWith } from "#engine/flow/knowledge.ts";
import { builtIn, findOperation, findTrigger, knowledge } from "#test/support/built-in.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";
import { trials } from "#test/support/trials.ts";
import { builtInTemplates } from "./built-in/index.ts";
import { describeFlow, scopesAt } from "./describe.ts";
import { fillTemplate } from "./fill.ts";
import { flowTemplate, type FlowTemplate, type TemplateChoice } from "./format.ts";
import { templateOf } from "./offer.ts";
import {
  choiceProblem,
  eachStep,
  questionsOf,
  readChoice,
  readConnection,
  readPlace,
  sendTo,
  withoutOtherReceivers,
  writeChoice,
  writeConnection,
} from "./places.ts";
import { receiverKey, receiversFor, surelyMeant } from "./receivers.ts";

const catalog = builtIn.of("any");
const all = Object.entries(builtInTemplates);
const nothing = { connections: {}, choices: {} };

/** The catalog's field at a choice's place; undefined where the place is deeper within a value. */
function fieldAt({ flow }: FlowTemplate, [owner, member, name]: TemplateChoice["at"][number]): InputField | undefined {
  if (member !== "input") return undefined;
  let { app, operation } = flow.trigger;
  if (owner !== "trigger")
    eachStep(flow.steps, (step) => step["id"] === owner && ({ app, operation } = step as { app: string; operation: string }));
  const source = owner === "trigger" ? findTrigger(app, operation) : findOperation(app, operation);
  return source && "input" in source ? source.input.find((field) => field.name === name) : undefined;
}

const lookups: Partial<Record<TemplateChoice["kind"], string>> = {
  tag: "locations.list_tags",
  pipeline: "opportunities.list_pipelines",
  stage: "opportunities.list_pipelines",
  calendar: "calendars.list",
  user: "users.list_by_location",
  customField: "locations.list_custom_fields",
  workflow: "workflows.list",
};

describe.each(all)("the template %s", (_id, template) => {
  test("is what a template has to be, and nothing but data", () => {
    expect(flowTemplate.parse(JSON.parse(JSON.stringify(template)))).toEqual(template);
    expect(template.title).toMatch(/^(When|Every) .+, then .+/);
    expect(template.about).toMatch(/\.$/);
  });

  test("is a flow that compiles as it is, and with no login for its addresses", () => {
    const known = knowledgeWith(knowledge, template.rules ?? {});
    for (const flow of [template.flow, fillTemplate(template, nothing)])
      expect(() => compileFlow(parseFlow(flow, known), () => 0, known)).not.toThrow();
  });

  test("asks for each connection that its flow uses, by its app", () => {
    const used = new Map<string, string>();
    const note = (connection: unknown, app: unknown) => typeof connection === "string" && used.set(connection, String(app));
    note(template.flow.trigger.connection, template.flow.trigger.app);
    eachStep(template.flow.steps, ({ connection, app }) => note(connection, app));
    expect(new Map(template.connections.map(({ name, app }) => [name, app]))).toEqual(used);
  });

  test("asks only for what its flow has, each thing by another name, and looked up where the catalog can", () => {
    const names = template.choices.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const choice of template.choices) {
      expect(readChoice(template.flow, choice), choice.name).not.toBeNull();
      for (const place of choice.at) {
        const wanted = lookups[choice.kind];
        if (wanted !== undefined) expect(fieldAt(template, place)?.lookup?.operation, choice.name).toBe(wanted);
        if (choice.kind === "address") expect(fieldAt(template, place)?.text, choice.name).toBe("address");
      }
      const isOpen = ["address", "stage", "workflow", "pipeline"].includes(choice.kind); // no account has another's
      if (choice.required && !isOpen) expect(choiceProblem(choice, readChoice(template.flow, choice) ?? undefined), choice.name).toBeNull();
    }
  });

  test("leaves no field of its flow empty that it does not ask for", () => {
    const asked = new Set(template.choices.flatMap(({ at }) => at.map((place) => JSON.stringify(place))));
    const isOptional = (name: string) => template.flow.trigger.operation.includes("_") && ["from", "to"].includes(name);
    const open = inputsOf(template).flatMap(([owner, input]) =>
      Object.entries(input)
        .filter(([name, value]) => value === "" && !isOptional(name))
        .map(([name]) => JSON.stringify([owner, "input", name])),
    );
    expect(open.filter((place) => !asked.has(place))).toEqual([]);
  });

  test("says what it does in words, without an expression", () => {
    const { does, apps, starts } = describeFlow(template.flow, knowledge);
    expect(apps[0]).toBe(template.flow.trigger.app);
    for (const text of [starts, ...does.map((line) => line.text)]) expect(text).not.toMatch(/\{\{|[<>=]=|!=|blank|\*/);
    expect(does.some(({ writes }) => writes)).toBe(true);
  });

  test("knows the scopes that its connections need", () => {
    for (const { app, at } of questionsOf(template).connections) {
      const needsScopes = scopesAt(template.flow, at, template.choices, catalog).length > 0;
      expect(needsScopes, app).toBe(app === "highlevel" || app === "flocksy");
    }
  });

  test("keeps in its flow what is chosen, and nothing else changes", () => {
    for (const choice of template.choices) {
      const value = choice.kind === "number" ? 4 : choice.kind === "choice" ? choice.options![0]!.value : "something else";
      const changed = writeChoice(template.flow, choice, value);
      expect(String(readChoice(changed, choice)), choice.name).toBe(String(value));
      for (const other of template.choices.filter(({ name }) => name !== choice.name))
        expect(readChoice(changed, other), other.name).toEqual(readChoice(template.flow, other));
      const before = readChoice(template.flow, choice);
      if (before !== null && before !== undefined) expect(writeChoice(changed, choice, before)).toEqual(template.flow);
    }
  });

  test("names the chosen connection everywhere it is used", () => {
    for (const connection of questionsOf(template).connections) {
      const changed = writeConnection(template.flow, connection, "chosen");
      expect(readConnection(changed, connection)).toBe("chosen");
      expect(JSON.stringify(changed)).not.toContain(`"connection":"${connection.name}"`);
    }
  });

  test("can be made again of its own flow", () => {
    const { template: made, suggested } = templateOf(template.flow, catalog, knowledge);
    expect(flowTemplate.parse(made)).toEqual(made);
    expect(() => parseFlow(made.flow, knowledgeWith(knowledge, template.rules ?? {}))).not.toThrow();
    expect(suggested.every((name) => made.choices.some((choice) => choice.name === name))).toBe(true);
  });
});

function inputsOf({ flow }: FlowTemplate): [owner: string, input: Record<string, unknown>][] {
  const inputs: [string, Record<string, unknown>][] = [["trigger", flow.trigger.input ?? {}]];
  eachStep(flow.steps, ({ id, input }) => typeof input === "object" && inputs.push([String(id), input as Record<string, unknown>]));
  return inputs;
}

test("the scopes of a template are those of its operations, and of the lists its choices are looked up in", () => {
  const { flow, choices, ...template } = builtInTemplates["survey-answers-to-contacts"]!;
  const [highlevel] = questionsOf({ ...template, choices, flow }).connections;
  expect(scopesAt(flow, highlevel!.at, choices, catalog)).toEqual([
    "contacts.readonly",
    "contacts.write",
    "locations/customFields.readonly",
    "locations/tags.readonly",
    "users.readonly",
  ]);
  expect(scopesAt(flow, highlevel!.at, [], catalog)).toEqual(["contacts.readonly", "contacts.write", "locations/tags.readonly"]);
});

test("what only reads asks only for that: the tags of the social planner go to Flocksy with the one scope that reads them", () => {
  const of = (id: string, app: string) => {
    const template = builtInTemplates[id]!;
    const asked = questionsOf(template).connections.find((each) => each.app === app)!;
    return scopesAt(template.flow, asked.at, template.choices, catalog);
  };
  expect(of("social-tags-to-flocksy", "highlevel")).toEqual(["socialplanner/tag.readonly"]);
  expect(of("social-tags-to-flocksy", "flocksy")).toEqual(["campaigns.write", "tags.write"]);
  expect(of("social-tags-every-morning", "highlevel")).toEqual(["socialplanner/tag.readonly"]);
  expect(of("flocksy-tag-to-highlevel", "highlevel")).toEqual(["locations.readonly", "locations/tags.readonly", "locations/tags.write"]);
});

test("there is a template for each wish of the guides that today's apps can serve", () => {
  expect(all.length).toBe(43);
  expect(new Set(all.map(([, { title }]) => title)).size).toBe(all.length);
});

describe("answers to a template", () => {
  const template = builtInTemplates["tag-added-to-your-app"]!;

  test("that nobody asked for are refused, with the nearest one", () => {
    expect(() => fillTemplate(template, { ...nothing, choices: { adress: "https://example.com" } })).toThrow(
      /choices.adress.*did you mean 'address'/,
    );
    expect(() => fillTemplate(template, { ...nothing, connections: { hubspot: "acme" } })).toThrow(
      /connections.hubspot.*highlevel, your-app/,
    );
  });

  test("that do not fit are refused by their label", () => {
    const survey = builtInTemplates["unhappy-answer-to-task"]!;
    expect(() => fillTemplate(survey, { ...nothing, choices: { "unhappy-up-to": "six" } })).toThrow(
      /'Unhappy is a score up to' has to be a number/,
    );
    expect(() => fillTemplate(template, { ...nothing, choices: { tag: " " } })).toThrow(/'Tag' has to be filled in/);
  });

  test("stand in the flow", () => {
    const { name, trigger, steps } = fillTemplate(template, {
      name: "Gold",
      connections: { highlevel: "acme" },
      choices: { tag: "vip", address: "https://example.com/in" },
    });
    expect({ name, trigger }).toMatchObject({ name: "Gold", trigger: { connection: "acme", input: { tag: "vip" } } });
    expect(steps[1]).toMatchObject({ input: { url: "https://example.com/in" } });
    expect(steps[1]).not.toHaveProperty("connection");
  });
});

describe("a custom field", () => {
  const template = builtInTemplates["survey-answers-to-contacts"]!;
  const [score, comment] = ["score-field", "comment-field"].map((wanted) => template.choices.find(({ name }) => name === wanted)!) as [
    TemplateChoice,
    TemplateChoice,
  ];
  const fieldsOf = (flow: FlowTemplate["flow"]) => readPlace(flow, ["person", "input", "customFields"]);

  test("is filled under the name that is chosen, and goes when none is", () => {
    let flow = writeChoice(writeChoice(template.flow, score, "NPS"), comment, "Last words");
    expect(fieldsOf(flow)).toEqual({ NPS: "{{ trigger.score }}", "Last words": "{{ trigger.comment }}" });
    flow = writeChoice(flow, score, "Net promoter score");
    expect(Object.keys(fieldsOf(flow) as object)).toEqual(["Net promoter score", "Last words"]);
    flow = writeChoice(writeChoice(flow, score, undefined), comment, undefined);
    expect(flow).toEqual(template.flow);
  });
});

describe("a template of a flow", () => {
  const secretive = parseFlow(
    {
      name: "Orders",
      trigger: { app: "http", operation: "webhook" },
      steps: [
        { id: "found", app: "highlevel", operation: "contacts.find", connection: "acme-dental", input: { email: "{{ trigger.email }}" } },
        {
          id: "post",
          app: "http",
          operation: "post",
          input: {
            url: "https://hooks.example.com/services/T0/B0/x1y2z3",
            headers: { authorization: "Bearer abc", "x-kind": "order" },
            body: { token: "{{ trigger.token }}", apiKey: "k_123" },
          },
        },
      ],
    },
    knowledge,
  );

  test("names no account, and carries no address and nothing that may be secret", () => {
    const { template, suggested } = templateOf(secretive, catalog, knowledge);
    expect(template.connections).toEqual([{ name: "highlevel", app: "highlevel" }]);
    const text = JSON.stringify(template);
    for (const secret of ["acme-dental", "x1y2z3", "Bearer abc", "k_123"]) expect(text).not.toContain(secret);
    expect(text).toContain("order");
    expect(suggested).toEqual(["post-url", "post-headers-authorization", "post-body-apikey"]);
  });

  test.each(exampleFlows().map((flow, i) => [i, flow] as const))(
    "of example %i in the docs can be made, and filled again",
    (_, example) => {
      const flow = parseFlow(example, knowledge);
      const { template } = templateOf(flow, catalog, knowledge);
      const back = fillTemplate(flowTemplate.parse(template), {
        connections: Object.fromEntries(questionsOf(template).connections.map(({ name, at }) => [name, String(readPlace(flow, at[0]!))])),
        choices: Object.fromEntries(
          template.choices.flatMap((choice) => {
            const value = readPlace(flow, choice.at[0]!);
            return choice.kind !== "customField" && (typeof value === "string" || typeof value === "number") && value !== ""
              ? [[choice.name, value]]
              : [];
          }),
        ),
      });
      const { inbox: _inbox, ...trigger } = flow.trigger;
      expect(back).toEqual({ ...flow, trigger });
    },
  );
});

test("a choice that is read is what was written, whatever text it is", () => {
  const choice: TemplateChoice = { name: "title", label: "Title", kind: "text", at: [["task", "input", "title"]] };
  const { flow } = builtInTemplates["unhappy-answer-to-task"]!;
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      const changed = writeChoice(flow, choice, text);
      expect(readChoice(changed, choice)).toBe(text);
      expect(writeChoice(changed, choice, readChoice(flow, choice)!)).toEqual(flow);
    }),
    { numRuns: trials(100) },
  );
});

test("a choice within a condition leaves the rest of it alone, and one that a person rewrote is not asked any more", () => {
  const template = builtInTemplates["unhappy-answer-to-task"]!;
  const choice = template.choices.find(({ name }) => name === "unhappy-up-to")!;
  const changed = writeChoice(template.flow, choice, "$& 4");
  expect(changed.steps[0]).toMatchObject({ filter: "trigger.score <= $& 4" });
  const rewritten = {
    ...template.flow,
    steps: [{ ...template.flow.steps[0]!, filter: "trigger.score < 3" }, ...template.flow.steps.slice(1)],
  };
  expect(readChoice(rewritten as FlowTemplate["flow"], choice)).toBeNull();
  expect(writeChoice(rewritten as FlowTemplate["flow"], choice, 5)).toEqual(rewritten);
});

test.each(["constructor", "valueof", "tostring", "prototype", "hasownproperty"])("a template may call things '%s'", (name) => {
  const template = flowTemplate.parse({
    millraceTemplate: 1,
    title: "T",
    about: "A",
    category: "C",
    connections: [{ name, app: "highlevel" }],
    choices: [{ name, label: "Name", kind: "text", at: [["a", "input", "firstName"]] }],
    flow: {
      name: "F",
      trigger: { app: "sightmill", operation: "response.received" },
      steps: [{ id: "a", app: "highlevel", operation: "contacts.create", connection: name, input: { firstName: "Ada" } }],
    },
  });
  expect(fillTemplate(template, nothing)).toEqual(template.flow);
  const filled = fillTemplate(template, { connections: { [name]: "acme" }, choices: { [name]: "Bo" } });
  expect(filled.steps).toMatchObject([{ connection: "acme", input: { firstName: "Bo" } }]);
});

test("what a flow will do otherwise reads on at the same depth, where that is another condition", () => {
  const { does } = describeFlow(builtInTemplates["survey-answers-to-contacts"]!.flow, knowledge);
  expect(does.slice(2, 8).map(({ depth, text }) => [depth, text])).toEqual([
    [0, "If the person is a promoter"],
    [1, "Add tags to contact: promoter"],
    [0, "Otherwise, if the person is a passive"],
    [1, "Add tags to contact: passive"],
    [0, "Otherwise"],
    [1, "Add tags to contact: detractor"],
  ]);
});

describe("what is sent to an address can go to an operation of an app of the workspace", () => {
  const template = builtInTemplates["newest-tags-to-your-app"]!;
  const questions = questionsOf(template);
  const choice = questions.choices.find(({ sends }) => sends)!;
  const operation = (key: string, names: readonly string[], effect = "update") => ({
    app: "loom",
    key,
    effect,
    inputs: names.map((name) => ({ name, in: name === "location_id" ? "path" : "body" })),
  });
  const replace = operation("tags.replace", ["location_id", "tags", "timestamp", "colour"]);
  const own = [
    operation("tags.get", ["tags"], "read"),
    operation("notes.add", ["text"]),
    operation("places.save", ["location_id"]),
    replace,
  ];

  test("which has fields for it: those with the most come first, and the only one with the most is meant", () => {
    expect(receiversFor(choice.sends!, own).map(receiverKey)).toEqual(["loom.tags.replace", "loom.places.save"]);
    expect(surelyMeant(choice.sends!, own)).toBe(replace);
    expect(surelyMeant(choice.sends!, [...own, { ...replace, key: "tags.put" }])).toBeUndefined();
  });

  test("and back: the fields have what was sent, under their own names, and the address is empty again", () => {
    const sent = sendTo(template.flow, choice, replace);
    expect(readPlace(sent, ["send", "app"])).toBe("loom");
    expect(readPlace(sent, ["send", "input"])).toEqual({
      location_id: "{{ trigger.locationId }}",
      tags: "{{ tags }}",
      timestamp: "{{ now }}",
    });
    expect(readChoice(sent, choice)).toBe("loom.tags.replace");
    const [asked] = questions.connections.filter(({ orOwnApp }) => orOwnApp);
    expect(withoutOtherReceivers(sent, asked!, questions.choices, "loom")).toEqual(sent);
    expect(withoutOtherReceivers(sent, asked!, questions.choices, undefined)).toEqual(template.flow);
    expect(readPlace(writeChoice(sent, choice, "https://app.example.com"), ["send", "input", "url"])).toBe("https://app.example.com");
  });

  test("by an answer over the API as well", () => {
    const filled = fillTemplate(template, { connections: {}, choices: { address: "loom.tags.replace" } }, own);
    expect(readPlace(filled, ["send", "operation"])).toBe("tags.replace");
  });

  test("and a login that is used for anything else stays with its app", () => {
    expect(questions.connections.map(({ name, orOwnApp = false }) => [name, orOwnApp])).toEqual([
      ["highlevel", false],
      ["your-app", true],
    ]);
    expect(questionsOf(builtInTemplates["list-to-contacts"]!).connections.some(({ orOwnApp }) => orOwnApp)).toBe(false);
  });
});
