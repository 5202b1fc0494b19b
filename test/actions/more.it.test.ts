import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { type ActionBench, openActionBench, wrote } from "./bench.ts";

// Further members (`$more`) as a flow's one step: from the definition to the wire, against the sandbox on a port.
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

const { acmeDental: locationId } = sandboxDefaults;
const picklist = {
  locationId,
  name: "Treatment",
  dataType: "SINGLE_OPTIONS",
  $more: { options: ["Implants", "Whitening"], parentId: "f_1", description: "What was agreed" },
};
const fieldNamed = (name: string) => bench.sandbox.state.customFields.inLocation(locationId).find((field) => field.name === name);

describe("what HighLevel takes and does not describe", () => {
  test("makes a field with a list of options, in its folder, and the step's input says what was sent beside the fields (M12)", async () => {
    const { run, steps } = await bench.run("locations/create-custom-field", picklist, "acme");
    expect([run.state, run.error]).toEqual(["succeeded", null]);
    expect(fieldNamed("Treatment")).toMatchObject({
      picklistOptions: ["Implants", "Whitening"],
      parentId: "f_1",
      description: "What was agreed",
    });
    expect(steps[0]!.input).toMatchObject({ $more: { parentId: "f_1" } });
  });

  test("is mapped like a field, and left out where its source is missing", async () => {
    const input = {
      ...picklist,
      $more: { options: "{{ trigger.options }}", parentId: "{{ trigger.folder }}", description: "{{ trigger.about }}" },
    };
    const event = { options: ["Implants"], about: "For {{ trigger.folder }}" };
    const { run } = await bench.run("locations/create-custom-field", input, "acme", { event });
    expect(run.state).toBe("succeeded");
    expect(fieldNamed("Treatment")).toMatchObject({ picklistOptions: ["Implants"], description: "For {{ trigger.folder }}" });
    expect(fieldNamed("Treatment")).not.toHaveProperty("parentId");
  });

  test("is marked in the dry run, and not written", async () => {
    const before = bench.snapshot();
    const dry = await bench.dryRun("locations/create-custom-field", picklist, "acme");
    expect([dry.outcome, wrote(before, bench.snapshot())]).toEqual(["succeeded", ""]);
    expect(dry.effects[0]!.changes.filter(({ note }) => note !== undefined).map(({ field, note }) => `${field}: ${note}`)).toEqual([
      "options: not documented by HighLevel: may be ignored or refused",
      "parentId: not documented by HighLevel: may be ignored or refused",
      "description: not documented by HighLevel: may be ignored or refused",
    ]);
  });

  test("is reported by its name where HighLevel does not take it after all", async () => {
    const contact = { email: "ada@new.example", $more: { shoeSize: 39 } };
    const { run } = await bench.run("contacts.create", contact, "acme");
    expect([run.state, run.error?.details["fields"]]).toEqual(["failed", { shoeSize: "property shoeSize should not exist" }]);
  });

  test("goes along with the write that the guarded upsert makes, and with no look-up", async () => {
    const { run, steps } = await bench.run("contacts.guarded_upsert", { email: "ada@new.example", $more: { shoeSize: 39 } }, "acme");
    expect(run.error?.details["fields"]).toEqual({ shoeSize: "property shoeSize should not exist" });
    const sent = steps[0]!.attempts[0]!.exchanges as { method: string; url: string; sent?: string }[];
    expect(sent.map(({ method, sent: body, url }) => `${method} ${(body ?? url).includes("shoeSize")}`)).toEqual([
      "GET false",
      "POST true",
    ]);
  });
});

describe("before it is published", () => {
  const refusal = (operation: string, input: Record<string, unknown>) =>
    bench.run(operation, input, "acme").then(() => "published", String);

  test.each([
    ["a misspelt field is named with the one that was meant", { emial: "ada@example.com" }, "did you mean 'email'"],
    ["the error for an unknown field says where undocumented fields go", { shoeSize: 39 }, `undocumented fields go into "$more"`],
    [
      "the event must not say which members there are",
      { email: "a@example.com", $more: "{{ trigger }}" },
      "each further member written by name",
    ],
    ["a field must not go round its check", { $more: { email: "no address" } }, "write it as 'email' beside $more"],
    ["another sub-account must not be named", { email: "a@example.com", $more: { locationId: "loc_2" } }, "decide where a call goes"],
  ])("%s", async (_, input, said) => {
    expect(await refusal("contacts.upsert", input)).toContain(said);
  });
});
