import { expect, test } from "vitest";
import { petstore30 } from "#test/definitions/documents.ts";
import { appDefinition, type AppDefinition } from "#api/schemas/apps.ts";
import { compareDefinitions } from "./compare.ts";
import { readOpenApi } from "./openapi/read-document.ts";

async function definitionOf(document: object): Promise<AppDefinition> {
  const { title, baseUrl, auth, operations, triggers } = await readOpenApi(JSON.stringify(document));
  return appDefinition.parse({ title, baseUrl, auth, operations: operations.map(({ definition }) => definition), triggers });
}

test("a newer document says what it adds, removes and changes, removals first", async () => {
  const before = await definitionOf(petstore30());
  const document = petstore30();
  const { paths, components } = document as unknown as {
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: { Pet: { required: string[]; properties: Record<string, object> } } };
  };
  delete paths["/pets/search"];
  delete paths["/pets"]!["get"];
  paths["/owners"] = { get: { operationId: "listOwners", summary: "List owners", responses: {} } };
  components.schemas.Pet.required = ["name", "status"];
  components.schemas.Pet.properties["tags"] = { type: "string" };
  components.schemas.Pet.properties["status"] = { type: "string", enum: ["available"] };
  Object.assign(document, {
    servers: [{ url: "https://pets.example.com/v2" }],
    components: { ...document.components, securitySchemes: {} },
  });
  const changes = compareDefinitions(before, await definitionOf(document));
  expect(changes.map(({ kind, what, says }) => `${kind} ${what}: ${says}`)).toEqual([
    "removed auth.header: The login 'api key' is gone; connections that use it stop working.",
    "removed auth.oauth2: The login 'OAuth' is gone; connections that use it stop working.",
    "removed operations.list_pets: 'List pets' is gone.",
    "removed operations.search_pets: 'Search pets' is gone.",
    "changed baseUrl: The base address is https://pets.example.com/v2; it was https://pets.example.com/v1. Connections keep the app from moving to another host.",
    "changed operations.create_pet: 'Add a pet' needs 'status' now.",
    "changed operations.create_pet: 'Add a pet' does not take 'pending' and 'sold' as 'status' any more.",
    "changed operations.create_pet: 'Add a pet' takes text as 'tags' now; it was a list.",
    "changed operations.create_pet: 'Add a pet' has an answer of another shape.",
    "changed operations.get_pet: 'Get pet' has an answer of another shape.",
    "changed operations.update_pet: 'Update pet' needs 'status' now.",
    "changed operations.update_pet: 'Update pet' does not take 'pending' and 'sold' as 'status' any more.",
    "changed operations.update_pet: 'Update pet' takes text as 'tags' now; it was a list.",
    "changed operations.update_pet: 'Update pet' has an answer of another shape.",
    "changed triggers.sold: The trigger 'Sold' has another output.",
    "added auth.none: The login 'none' is new.",
    "added operations.list_owners: 'List owners' is new.",
  ]);
  expect(compareDefinitions(before, await definitionOf(petstore30()))).toEqual([]);
});
