import { expect, test } from "vitest";
import { petstore30 } from "#test/definitions/documents.ts";
import { appDefinition } from "#api/schemas/apps.ts";
import { mergeDraft } from "./merge.ts";
import { readOpenApi } from "./openapi/read-document.ts";

test("a newer document brings its facts, and what a person decided of an operation, an input and a login stays", async () => {
  const first = await readOpenApi(JSON.stringify(petstore30()));
  const app = appDefinition.parse({
    title: "Our pets",
    auth: first.auth,
    operations: first.operations.map(({ definition }) => definition),
  });
  const create = app.operations.find(({ id }) => id === "create_pet")!;
  create.effect = "upsert";
  create.input[0]!.label = "Call it";
  create.input.push({ name: "source", in: "body", schema: { type: "string" }, fill: { value: "millrace" } });
  app.auth[0]!.title = "Key of the shop";
  const document = petstore30();
  document.components.schemas.Pet.required = ["name", "status"];
  document.components.securitySchemes.api_key.name = "X-New-Key";
  const merged = mergeDraft(await readOpenApi(JSON.stringify(document)), app);
  const { definition, guesses } = merged.operations.find((each) => each.definition.id === "create_pet")!;
  expect([merged.title, merged.auth[0]]).toEqual(["Our pets", expect.objectContaining({ title: "Key of the shop", header: "X-New-Key" })]);
  expect([definition.effect, guesses]).toEqual(["upsert", []]);
  expect(definition.input.map(({ name, label, required = false }) => [name, label, required])).toEqual([
    ["name", "Call it", true],
    ["status", "Status", true],
    ["tags", "Tags", false],
    ["owner", "Owner", false],
    ["source", undefined, false],
  ]);
});
