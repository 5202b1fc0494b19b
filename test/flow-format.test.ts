import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { flowDefinition, stepKindNames } from "#engine/flow/format.ts";
import { openServer } from "#test/fakes/server.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";

/** A flow as the contract has it: the OpenAPI document, the types of the clients and the engine's check follow from one schema. */
let document: { paths: Record<string, Record<string, object>>; components: { schemas: Record<string, object> } };
let isFlow: (value: unknown) => boolean;

beforeAll(async () => {
  const { app } = await openServer();
  document = (await app.inject({ url: "/api/v1/openapi.json" })).json();
  await app.close();
  const ajv = new Ajv2020({ strict: false }).addSchema({ $id: "document", components: document.components });
  isFlow = ajv.compile({ $ref: "document#/components/schemas/FlowDefinition" });
});

describe("the OpenAPI document", () => {
  test("says of each route that takes or shows a flow what a flow is", () => {
    const flow = { $ref: "#/components/schemas/FlowDefinition" };
    const sent = { required: true, content: { "application/json": { schema: flow } } };
    expect(document.paths["/api/v1/flows"]!["post"]).toMatchObject({ requestBody: sent });
    expect(document.paths["/api/v1/flows/{id}"]!["put"]).toMatchObject({ requestBody: sent });
    expect(document.components.schemas["FlowDetail"]).toMatchObject({ properties: { definition: flow } });
    expect(document.components.schemas["DryRunBodyInput"]).toMatchObject({ properties: { definition: flow } });
  });

  test("has a schema for every kind of step", () => {
    const names = stepKindNames.map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Step`);
    expect(document.components.schemas["StepDefinition"]).toEqual({
      anyOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })),
    });
    for (const name of names) expect(document.components.schemas[name]).toMatchObject({ type: "object", additionalProperties: false });
  });

  test("says what the settings of a flow, its trigger and its steps mean", () => {
    const { FlowDefinition, ActionStep } = document.components.schemas;
    expect(FlowDefinition).toMatchObject({
      properties: {
        trigger: { properties: { every: { type: "string", description: "Poll: `1m` to `15m` and longer." } } },
        settings: { properties: { zone: { description: expect.stringContaining("IANA zone") } } },
      },
    });
    expect(ActionStep).toMatchObject({ properties: { rows: { type: "integer", description: expect.stringContaining("how many rows") } } });
  });

  test("refers only to shapes that it has", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!.replace("#/components/schemas/", ""));
    expect(refs.length).toBeGreaterThan(100);
    expect([...new Set(refs)].filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });
});

const flow = (step: object) => ({ name: "F", trigger: { app: "http", operation: "webhook" }, steps: [step] });

describe("a flow", () => {
  test.each(exampleFlows().map((example) => [JSON.stringify(example).slice(0, 100), example] as const))(
    "of the documentation is one for the document and for the schema: %s",
    (_, example) => {
      expect(isFlow(example)).toBe(true);
      expect(flowDefinition.safeParse(example).error).toBeUndefined();
    },
  );

  test.each([
    ["without steps", { name: "F", trigger: { app: "http", operation: "webhook" } }],
    ["with a step of no kind", flow({ id: "a" })],
    ["with a step that is two things", flow({ id: "a", wait: "1h", filter: "true" })],
    ["with a wrong setting deep inside", flow({ id: "a", if: "x", then: [{ id: "b", forEach: "x", do: [{ id: "c", stop: "soon" }] }] })],
    ["with a member that no step has", flow({ id: "a", wait: "1h", until: "tomorrow" })],
  ])("%s is none for either", (_, wrong) => {
    expect(isFlow(wrong)).toBe(false);
    expect(flowDefinition.safeParse(wrong).success).toBe(false);
  });
});
