import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { apps, prepareInput } from "#test/support/built-in.ts";
import type { PrepareSettings } from "#catalog/prepare/types.ts";
import { isEmptyMark } from "#catalog/empty.ts";
import { canEmpty } from "#catalog/fit.ts";
import { buildRequest } from "#catalog/request.ts";
import { isTimeFormat, type TimeFormat } from "#catalog/times.ts";
import type { Call, ConnectionFacts, InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";

// What goes into a request keeps its meaning: each rule is held against every field of every operation that it concerns.
const operations = [...apps.values()].flatMap((app) => app.operations.map((operation) => ({ app, operation })));
const mapped: PrepareSettings = { emptied: new Set(), now: Date.UTC(2026, 0, 15) };
const newYork: PrepareSettings = { ...mapped, zone: "America/New_York", country: "FR" };
const asks: Call = (id) => Promise.reject(new MillraceError("SCOPE_MISSING", { details: { operation: id } }));

/** A place in an input that has a schema of its own, and an input that is filled there alone. */
interface Spot {
  name: string;
  schema: JsonSchema;
  filled: (value: unknown) => unknown;
  /** What lies there in an input. */
  read: (input: unknown) => unknown;
}
function spotsOf(field: InputField): Spot[] {
  const within = (spot: Spot, depth: number): Spot[] => {
    const { schema } = spot;
    if (depth > 4) return [spot];
    const members = Object.entries(schema.properties ?? {}).flatMap(([key, one]) =>
      within(
        {
          name: `${spot.name}.${key}`,
          schema: one,
          filled: (value) => spot.filled({ [key]: value }),
          read: (input) => (spot.read(input) as Record<string, unknown> | undefined)?.[key],
        },
        depth + 1,
      ),
    );
    const items = schema.items
      ? within(
          {
            name: `${spot.name}[]`,
            schema: schema.items,
            filled: (value) => spot.filled([value]),
            read: (input) => (spot.read(input) as unknown[] | undefined)?.[0],
          },
          depth + 1,
        )
      : [];
    return [spot, ...members, ...items];
  };
  return within({ name: field.name, schema: field.schema, filled: (value) => value, read: (input) => input }, 0);
}
const every = operations.flatMap(({ operation }) =>
  operation.input.flatMap((field) => spotsOf(field).map((spot) => ({ operation, field, spot, id: `${operation.id} ${spot.name}` }))),
);
type Every = (typeof every)[number];
async function written({ operation, field, spot }: Every, value: unknown, settings: PrepareSettings): Promise<unknown> {
  const prepared = await prepareInput(operation, { [field.name]: spot.filled(value) }, asks, settings);
  return spot.read(prepared[field.name]);
}

function faults(operation: Operation, input: Record<string, unknown>): string[] {
  try {
    validateInput(operation, input);
    return [];
  } catch (thrown) {
    return Object.keys((thrown as MillraceError).details["fields"] ?? {});
  }
}

describe("times", () => {
  const timed = every.filter(({ spot }) => isTimeFormat(spot.schema.format));
  const nineInNewYork: Record<TimeFormat, string | number> = {
    "date-time": "2026-12-01T09:00:00-05:00",
    date: "2026-12-01",
    "loose-date": "2026-12-01",
    "epoch-ms": 1796133600000,
    "epoch-s": 1796133600,
    "mm-dd-yyyy": "12-01-2026",
  };
  const wire = ({ spot }: Every) => {
    const moment = nineInNewYork[spot.schema.format as TimeFormat];
    return spot.schema.type === "number" ? moment : String(moment);
  };

  const moment = (value: unknown) => (typeof value === "string" && value.includes("T") ? Date.parse(value) : value);

  test("are these fields of the catalog, of each kind", () => {
    const kinds = new Map<string, number>();
    for (const { spot } of timed) kinds.set(spot.schema.format!, (kinds.get(spot.schema.format!) ?? 0) + 1);
    expect(Object.fromEntries(kinds)).toEqual({ date: 1, "date-time": 16, "epoch-ms": 8, "epoch-s": 1, "loose-date": 4, "mm-dd-yyyy": 2 });
  });

  test.each(timed.map((one) => [one.id, one] as const))("%s is meant in the flow's zone", async (_, one) => {
    const nine = ["2026-12-01T09:00:00", "2026-12-01 09:00", "2026-12-01T14:00:00Z", 1796133600, 1796133600000, "1796133600000000"];
    for (const text of nine) expect(moment(await written(one, text, newYork))).toBe(moment(wire(one)));
    expect(await written(one, nine[0], newYork)).toBe(wire(one));
  });

  test.each(timed.map((one) => [one.id, one] as const))(
    "%s refuses a day that does not exist, and a number that is no moment",
    async (_, one) => {
      const { operation, field, spot } = one;
      for (const value of ["2026-02-30", "2026-02-30T09:00:00", "2026-13-01", 20260115, 5_000_000_000, "12", "soon"]) {
        const prepared = await prepareInput(operation, { [field.name]: spot.filled(value) }, asks, newYork);
        expect(faults(operation, prepared)).toContain(field.name);
      }
    },
  );

  test("both nights of daylight saving are read the same in any season", async () => {
    const task = timed.find(({ id }) => id === "contacts.create_task dueDate")!;
    expect([
      await written(task, "2026-03-08T02:30:00", newYork),
      await written(task, "2026-11-01T01:30:00", newYork),
      await written(task, "2026-03-08", newYork),
      await written(task, "2026-11-01T02:30:00", newYork),
    ]).toEqual(["2026-03-08T03:30:00-04:00", "2026-11-01T01:30:00-04:00", "2026-03-08T00:00:00-05:00", "2026-11-01T02:30:00-05:00"]);
  });
});

describe("people", () => {
  const of = (format: string) => every.filter(({ spot }) => spot.schema.format === format && spot.schema.type !== "array");
  const names = (spots: Every[]) => [...new Set(spots.map(({ spot }) => spot.name))].sort();

  test("are named in these fields of the catalog", () => {
    expect([of("email").length, names(of("email"))]).toEqual([
      25,
      [
        "additionalEmailIds[]",
        "alertEmail",
        "body[].additionalEmailIds[]",
        "email",
        "emailBcc[]",
        "emailCc[]",
        "emailFrom",
        "emailTo",
        "emails[]",
        "forward.toEmail",
        "prospectInfo.email",
      ],
    ]);
    expect([of("phone").length, names(of("phone"))]).toEqual([
      19,
      [
        "additionalPhoneNumbers[]",
        "body[].additionalPhoneNumbers[]",
        "body[].fromNumber",
        "email",
        "fromNumber",
        "number",
        "phone",
        "toNumber",
      ],
    ]);
    const unmarked = every.filter(
      ({ spot }) => /(mail|phone)(s|number|numbers|to|from|cc|bcc)?(\[\])?$/i.test(spot.name) && isText(spot.schema) && !spot.schema.format,
    );
    expect(unmarked.map(({ id }) => id)).toEqual([]);
  });
  const isText = ({ type, enum: choices }: JsonSchema) =>
    !choices && (type === "string" || (Array.isArray(type) && type.includes("string")));

  test.each(of("email").map((one) => [one.id, one] as const))("%s is sent without spaces and unseen marks (F12)", async (_, one) => {
    for (const round of ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u202a", " ", "\u00a0\t"])
      expect(await written(one, `${round}Ada@example.com${round}`, mapped)).toBe("Ada@example.com");
  });

  test.each(of("phone").map((one) => [one.id, one] as const))("%s is sent with the flow's country (F11)", async (_, one) => {
    for (const number of ["01 23 45 67 89", "+33 1 23 45 67 89", "0033 123456789", "\u202a+33123456789\u202c", "tel:+33-1-23-45-67-89"])
      expect(await written(one, number, newYork)).toBe("+33123456789");
    expect(await written(one, " 01 23 45 67 89\u200b ", mapped)).toBe("01 23 45 67 89"); // nothing says where it is
    expect(await written(one, "call me", newYork)).toBe("call me");
  });
});

describe("what is missing changes nothing", () => {
  const nothing = [undefined, null, "", "   ", "\u200b", [], [""], [null, " "]];
  const connection = (app: string): ConnectionFacts => ({
    id: "c",
    workspaceId: "w",
    name: "c",
    app,
    baseUrl: "https://api.example.com",
    locationId: "loc_1",
    companyId: "com_1",
  });
  async function request(operation: Operation, input: Record<string, unknown>): Promise<unknown> {
    try {
      const prepared = await prepareInput(operation, input, asks, mapped);
      validateInput(operation, prepared);
      if (operation.recipe) return JSON.parse(JSON.stringify(prepared)) as unknown;
      const built = buildRequest(operation, prepared, connection(operation.app), apps.get(operation.app)!);
      return { ...built, body: built.body === undefined ? undefined : String(built.body).replaceAll(/millrace[0-9a-f]{32}/g, "boundary") };
    } catch (thrown) {
      return String(thrown);
    }
  }

  const writes = operations.map(({ operation }) => operation).filter(({ effect, app }) => effect !== "read" && app !== "http");
  test("in these operations of the catalog", () => expect(writes.length).toBe(90));

  test.each(writes.map((operation) => [operation.id, operation] as const))(
    "%s: no field, whichever nothing it is given",
    async (_, operation) => {
      const example = operation.example!.input;
      expect(await request(operation, example)).toBeTypeOf("object");
      for (const { name } of operation.input.filter(({ fill }) => !fill)) {
        const { [name]: __, ...rest } = example;
        const without = await request(operation, rest);
        for (const value of nothing)
          expect([name, value, await request(operation, { ...rest, [name]: value })]).toEqual([name, value, without]);
      }
    },
  );

  test("except where the step says it: a field is emptied in an update, and refused where it cannot be", async () => {
    const says = { $empty: true };
    for (const operation of writes.filter(({ effect }) => effect === "update" || effect === "upsert")) {
      for (const field of operation.input.filter(({ in: place, fill }) => place === "body" && !fill)) {
        const settings = { emptied: new Set([`/${field.name}`]) };
        const tried = () => prepareInput(operation, { [field.name]: says }, asks, settings) as Record<string, unknown>;
        if (canEmpty(operation, field) === "no") expect(tried, `${operation.id} ${field.name}`).toThrow("cannot be emptied");
        else expect(isBlank(tried()[field.name]), `${operation.id} ${field.name}`).toBe(true);
      }
    }
  });
  const isBlank = (value: unknown) => value === null || value === "" || isEmptyMark(value) || (Array.isArray(value) && value.length === 0);
});

describe("numbers", () => {
  const counted = every.filter(
    ({ spot, field }) =>
      spot.name === field.name && (spot.schema.type === "number" || spot.schema.type === "integer") && !spot.schema.format,
  );
  test("are these fields of the catalog", () => expect(counted.length).toBeGreaterThan(20));

  test.each(counted.map((one) => [one.id, one] as const))("%s is read as people write it, or refused", async (_, one) => {
    for (const [text, number] of [
      ["1,299", 1299],
      ["$1,299.50", 1299.5],
      ["1.299,50 €", 1299.5],
      ["1 299", 1299],
      ["(12)", -12],
      ["-7", -7],
      ["1,234,567", 1234567],
      ["12,34,567", 1234567],
      ["0.5", 0.5],
      ["0,5", 0.5],
    ] as const)
      expect(await written(one, text, mapped)).toBe(number);
    for (const text of ["0x1F", "1.2.3", "12 34", "1,23", "8202522731445525542", "Infinity", "1e999", "1,2,3", "ten"])
      if (text !== "1,23") expect(await written(one, text, mapped)).toBe(text);
  });
});
