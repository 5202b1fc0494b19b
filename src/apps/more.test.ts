import { describe, expect, test } from "vitest";
import { apps, findOperation } from "#test/support/built-in.ts";
import { emptiedIn } from "#catalog/empty.ts";
import { fitInput } from "#catalog/fit.ts";
import { nameProblem, takesMore } from "#catalog/more.ts";
import { buildRequest } from "#catalog/request.ts";
import type { ConnectionFacts } from "#catalog/types.ts";

const operation = (id: string) => findOperation("highlevel", id)!;
const acme: ConnectionFacts = { id: "c", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1" };
const sent = (id: string, input: Record<string, unknown>) => buildRequest(operation(id), input, acme, { baseUrl: "https://hl.test" });
const bodyOf = (id: string, input: Record<string, unknown>): unknown => JSON.parse(String(sent(id, input).body));

describe("further members go where the fields go", () => {
  test("into the body of a write, beside its fields (M12)", () => {
    const input = {
      locationId: "loc_1",
      name: "Treatment",
      dataType: "SINGLE_OPTIONS",
      $more: { options: ["Implants", "Whitening"], parentId: "f_1" },
    };
    expect(bodyOf("locations/create-custom-field", input)).toEqual({
      name: "Treatment",
      dataType: "SINGLE_OPTIONS",
      options: ["Implants", "Whitening"],
      parentId: "f_1",
    });
  });

  test("into the query of a read, encoded, a list as repeats of its name", () => {
    const { url, body } = sent("contacts.get", { contactId: "c_1", $more: { expand: ["notes & tasks", "deals"] } });
    expect([url, body]).toEqual(["https://hl.test/contacts/c_1?expand=notes%20%26%20tasks&expand=deals", undefined]);
  });

  test("into a body that a write has only for them", () => {
    expect(bodyOf("contacts.add_to_campaign", { contactId: "c_1", campaignId: "k_1", $more: { note: "spring" } })).toEqual({
      note: "spring",
    });
  });

  test("and what the connection fills in is not theirs to change", () => {
    expect(bodyOf("contacts.upsert", { email: "ada@example.com", $more: { rating: 5 } })).toEqual({
      email: "ada@example.com",
      locationId: "loc_1",
      rating: 5,
    });
  });
});

describe("what is missing among further members stays missing", () => {
  const odd = { missing: undefined, none: null, blank: "", spaces: "  ", list: [], kept: 0, off: false };

  test("in an update nothing is blanked that the step does not empty", () => {
    expect(fitInput(operation("contacts.update"), { $more: odd }, { emptied: new Set() })).toEqual({ $more: { kept: 0, off: false } });
  });

  test("in a new record an empty text is what was meant, and null still nothing", () => {
    expect(fitInput(operation("contacts.create"), { $more: odd }, { emptied: new Set() })).toEqual({
      $more: { blank: "", spaces: "  ", list: [], kept: 0, off: false },
    });
  });

  test("a field that is emptied in so many words is sent as null, by the mark and by a null that is written there", () => {
    const input = { $more: { nickname: { $empty: true }, rating: null } };
    expect(fitInput(operation("contacts.update"), input, { emptied: emptiedIn(input) })).toEqual({
      $more: { nickname: null, rating: null },
    });
  });

  test("without any member left there are none", () => {
    expect(fitInput(operation("contacts.update"), { $more: { none: null } }, { emptied: new Set() })["$more"]).toBeUndefined();
  });
});

describe("what says where a call goes, as whom and about which record is not for further members", () => {
  const every = [...apps.values()].flatMap(({ operations }) => operations).filter(takesMore);
  const names =
    "locationId location_id LOCATION-ID _locationId locationIds subAccountId altId alt_type companyId agency_id Authorization access-token apiKey Token_Id X-HTTP-Method-Override";

  test.each(names.split(" "))("%s is refused by every operation, or is a field of it", (name) => {
    expect(every.length).toBeGreaterThan(100);
    for (const one of every) expect(nameProblem(one, name), one.id).toContain(`'${name}'`);
  });

  test("an id is refused where the path names the record, in every spelling", () => {
    const byPath = every.filter(({ input }) => input.some((field) => field.in === "path"));
    for (const one of byPath) for (const name of ["id", "_id", "ID"]) expect(nameProblem(one, name), one.id).toContain(`'${name}'`);
    expect(nameProblem(operation("contacts.upsert"), "id")).toBeNull();
  });

  test.each(["__proto__", "_method", "a.b", "a[b]", "a%20b", "lоcationId", "location\u200bId", "a\r\nHost", ""])(
    "the name %j is refused",
    (name) => {
      expect(nameProblem(operation("contacts.update"), name)).toContain("a name begins with a letter");
    },
  );
});
