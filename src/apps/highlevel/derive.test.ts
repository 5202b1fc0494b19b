import { describe, expect, test } from "vitest";
import { buildRequest } from "#catalog/request.ts";
import { requireOwnPlace } from "#catalog/permits.ts";
import { validateInput } from "#catalog/validate.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { highlevel } from "./app.ts";
import { deriveOperation } from "./derive.ts";

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const leaf = { filename: "leaf.txt", contentType: "text/plain", base64: Buffer.from("green").toString("base64") };

function request(key: string, input: Record<string, unknown>) {
  const operation = deriveOperation(key)!;
  validateInput(operation, input);
  const { url, body } = buildRequest(operation, input, acme, highlevel);
  return { url, body: Buffer.from(body ?? "").toString() };
}

describe("the sub-account of an endpoint nobody judged", () => {
  test("is filled in where it is called altId, with what kind of id that is", () => {
    expect(request("invoices/list-invoices", { limit: "10", offset: "0" }).url).toMatch(/altId=loc_1&altType=location/);
    expect(JSON.parse(request("invoices/void-invoice", { invoiceId: "i1" }).body)).toEqual({ altId: "loc_1", altType: "location" });
  });

  test("is no foreign one", () => {
    const operation = deriveOperation("invoices/void-invoice")!;
    expect(() => requireOwnPlace(operation, { invoiceId: "i1", altId: "loc_2" }, acme)).toThrow("another sub-account");
  });

  test("is asked for where nothing says that the id is one of a sub-account", () => {
    expect(deriveOperation("payments/list-transactions")!.input.find((f) => f.name === "altId")?.fill).toBeUndefined();
  });
});

describe("a form with files", () => {
  test("takes a file under its name", () => {
    const { body } = request("medias/upload-media-content", { file: leaf, name: "leaf" });
    expect(body).toContain('name="file"; filename="leaf.txt"\r\nContent-Type: text/plain\r\n\r\ngreen\r\n');
    expect(body).toContain('name="name"\r\n\r\nleaf\r\n');
  });

  test("takes files under names of the user's own where each belongs to a custom field", () => {
    const { body } = request("forms/upload-to-custom-fields", { contactId: "c1", body: { field1_a: leaf } });
    expect(body).toContain('name="field1_a"; filename="leaf.txt"');
  });

  test("says how a file is given", () => {
    const help = (key: string, name: string) => deriveOperation(key)!.input.find((f) => f.name === name)?.help;
    expect(help("medias/upload-media-content", "file")).toContain("base64");
    expect(help("forms/upload-to-custom-fields", "body")).toContain("base64");
  });

  test("refuses a text where a file is meant", () => {
    expect(() => request("medias/upload-media-content", { file: "leaf.txt" })).toThrow("file: must be an object");
  });
});

describe("scopes", () => {
  test("that follow from a rule are marked; described ones are not", () => {
    expect(deriveOperation("locations/get-custom-value")).toMatchObject({
      scopes: ["locations/customValues.readonly"],
      scopesLikely: true,
    });
    expect(deriveOperation("contacts/get-contact")).not.toHaveProperty("scopesLikely");
  });

  test("that the newer description names are facts", () => {
    const { scopes, scopesLikely } = deriveOperation("links/get-link-by-id")!;
    expect([scopes, scopesLikely]).toEqual([["links.readonly"], undefined]);
  });

  test("nobody knows are left open", () => {
    expect(deriveOperation("locations/DELETE-an-email-sms-template")!.scopes).toEqual([]);
  });
});

test("a record of a custom object is made of the members its answer has", () => {
  const names = deriveOperation("objects/create-object-record")!.input.map((f) => f.name);
  expect(names).toEqual(["schemaKey", "locationId", "properties", "owner", "followers"]);
});
