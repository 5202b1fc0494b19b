import { describe, expect, test } from "vitest";
import { buildRequest } from "#catalog/request.ts";
import type { ConnectionFacts, HttpRequest } from "#catalog/types.ts";
import { findOperation } from "#test/support/built-in.ts";
import { highlevel } from "./app.ts";
import { factsIndex, newerId, newerIndex } from "./facts.ts";
import { notCarried } from "./newer.ts";
import { judgedOperations } from "./operations.ts";
import { renames } from "./renames.ts";

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const operationOf = (id: string) => findOperation("highlevel", id)!;
const request = (id: string, input: Record<string, unknown>): HttpRequest => buildRequest(operationOf(id), input, acme, highlevel);
const sent = (id: string, input: Record<string, unknown>): unknown => JSON.parse(request(id, input).body as string);

describe("a judged operation in the newer API", () => {
  test.each(judgedOperations.map((o) => [o.id, o] as const))(
    "%s is there under its id with a mark, or a reason why not is",
    (id, judged) => {
      const newer = findOperation("highlevel", newerId(id));
      expect(newer?.id).toBe(judged.newer);
      expect(newer === undefined).toBe(id in notCarried);
      if (!newer) return;
      expect(newer).toMatchObject({ app: "highlevel", version: "v3", effect: judged.effect, kind: judged.kind, result: judged.result });
      expect(newer.input.map((f) => f.name)).toEqual(expect.arrayContaining(judged.input.map((f) => f.name)));
    },
  );

  test("takes the same names, and sends the newer ones", () => {
    const { url, headers } = request("opportunities.search@v3", { pipeline_id: "p1", contact_id: "c1", status: "open" });
    expect(url).toContain("pipelineId=p1");
    expect(url).toContain("contactId=c1");
    expect(url).toContain("locationId=loc_1");
    expect(url).not.toContain("_id=");
    expect(headers["Version"]).toBe("v3");
  });

  test("renames what stands within a value as well", () => {
    const input = {
      email: "ada@example.com",
      dndSettings: { Call: { status: "active" }, GMB: { status: "inactive" } },
      customFields: [{ id: "f1", field_value: "x" }],
    };
    expect(sent("contacts.create@v3", input)).toEqual({
      email: "ada@example.com",
      locationId: "loc_1",
      dndSettings: { call: { status: "active" }, gmb: { status: "inactive" } },
      customFields: [{ id: "f1", fieldValue: "x" }],
    });
    expect(sent("contacts.create", input)).toMatchObject({
      dndSettings: { Call: { status: "active" } },
      customFields: [{ field_value: "x" }],
    });
  });

  test("goes to the newer route where that changed", () => {
    expect(operationOf("contacts.remove_from_all_campaigns@v3").path).toBe("/contacts/{contactId}/campaigns/remove-all");
  });

  test("has what only the newer API takes after the rest", () => {
    const names = operationOf("opportunities.create@v3").input.map((f) => f.name);
    expect(names.indexOf("forecastProbability")).toBeGreaterThan(names.indexOf("name"));
    expect(operationOf("opportunities.create").input.map((f) => f.name)).not.toContain("forecastProbability");
  });

  test("is no recipe: those speak to the dated version", () => {
    for (const { id } of highlevel.operations.filter((o) => o.recipe)) expect(findOperation("highlevel", newerId(id))).toBeUndefined();
  });
});

describe("an endpoint in the newer API", () => {
  test("is there for every one whose line says so, and for those that are new", () => {
    for (const { key, newer } of factsIndex())
      expect(`${key} ${findOperation("highlevel", newerId(key)) !== undefined}`).toBe(`${key} ${newer ?? false}`);
    for (const { key, method, path } of newerIndex()) expect(operationOf(key)).toMatchObject({ id: key, method, path });
  });

  test("tells of both that a private token will not do", () => {
    for (const id of ["marketplace/charge", "marketplace/charge@v3"]) expect(operationOf(id).oauthOnly).toEqual(["location"]);
    expect(operationOf("contacts/create-contact@v3").oauthOnly).toBeUndefined();
  });

  test("is named by the older one", () => {
    expect(operationOf("contacts/create-contact").newer).toBe("contacts/create-contact@v3");
    expect(operationOf("contacts/get-contacts").newer).toBeUndefined();
    expect(operationOf("contacts/create-contact@v3").newer).toBeUndefined();
  });

  test("states the version its description declares: advertising has stayed with the dated one", () => {
    const dated = newerIndex().filter(({ version }) => version === "2021-07-28");
    expect(new Set(dated.map(({ key }) => key.split("/")[0]))).toEqual(new Set(["ad-manager"]));
    expect(operationOf("ad-manager/fb-get-ad-accounts@v3").version).toBe("2021-07-28");
    expect(operationOf("oauth/get-access-token@v3").version).toBe("v3");
  });

  test("stands in for all that were joined in it, with what each stood for filled in", () => {
    const { url } = request("social-media-posting/start-linkedin-oauth@v3", { userId: "u1" });
    expect(url).toContain("/social-media-posting/oauth/linkedin/start?");
    expect(operationOf("social-media-posting/start-oauth@v3").input.find((f) => f.name === "platform")?.fill).toBeUndefined();
  });

  test("is where the table of renames says", () => {
    for (const [key, { to }] of Object.entries(renames)) {
      const { method, path } = operationOf(newerId(key));
      expect(`${method} ${path}`).toBe(to);
    }
  });
});
