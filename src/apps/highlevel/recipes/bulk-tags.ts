import { errorCodes, MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Call, InputField, Operation, Recipe } from "#catalog/types.ts";
import { judged } from "../operations.ts";

/** What became of each contact. */
export interface BulkTags {
  total: number;
  succeeded: number;
  failed: number;
  results: { contactId: string; ok: boolean; error?: string }[];
}
type Result = BulkTags["results"][number];

const bulk = judged("contacts.bulk_update_tags");
/** The vendor states no maximum; fifty at once has been taken. */
const chunkSize = 50;

const tagsField = bulk.input.find((f) => f.name === "tags")!;
const input: InputField[] = [
  { ...tagsField, in: "setting", required: true },
  {
    name: "contactIds",
    in: "setting",
    required: true,
    label: "Contacts",
    control: "list",
    help: "Ids of contacts, up to 10,000.",
    schema: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 10_000 },
  },
];

/** `contacts.add_tags_bulk`: any number of contacts, with a result for each. */
export const addTagsBulk = recipe("add", "contacts.add_tags_bulk", "Add Tags to Many Contacts", "contacts.add_tags");
/** `contacts.remove_tags_bulk`: any number of contacts, with a result for each. */
export const removeTagsBulk = recipe("remove", "contacts.remove_tags_bulk", "Remove Tags from Many Contacts", "contacts.remove_tags");

function recipe(type: "add" | "remove", id: string, title: string, single: string): Recipe {
  return {
    operation: operationOf(type, id, title),
    async run({ call }, { contactIds, tags }) {
      const ids = [...new Set(contactIds as string[])];
      const results: Result[] = [];
      for (let at = 0; at < ids.length; at += chunkSize) {
        results.push(...(await doChunk(call, type, single, ids.slice(at, at + chunkSize), tags as string[])));
      }
      const failed = results.filter((r) => !r.ok).length;
      return { output: { total: ids.length, succeeded: ids.length - failed, failed, results } satisfies BulkTags };
    },
  };
}

function operationOf(type: "add" | "remove", id: string, title: string): Operation {
  const result = {
    type: "object",
    properties: { contactId: { type: "string" }, ok: { type: "boolean" }, error: { type: "string" } },
  } as const;
  return {
    ...bulk,
    id,
    title,
    effect: type === "add" ? "link" : "unlink",
    input,
    output: {
      type: "object",
      properties: {
        total: { type: "integer" },
        succeeded: { type: "integer" },
        failed: { type: "integer" },
        results: { type: "array", items: result },
      },
    },
    show: ["total", "succeeded", "failed"],
    example: {
      input: { contactIds: ["ocQHyuzHvysMo5N5VsXc"], tags: ["spring"] },
      output: { total: 1, succeeded: 1, failed: 0, results: [{ contactId: "ocQHyuzHvysMo5N5VsXc", ok: true }] },
    },
    note: "Fifty contacts to a request. Where a request fails in part, its contacts are done one by one, so that each has a result of its own.",
    recipe: true,
  };
}

/** All of a chunk at once; one by one where that did not do all of them. Tags already set or gone do no harm. */
async function doChunk(
  call: Call,
  type: "add" | "remove",
  single: string,
  ids: readonly string[],
  tags: readonly string[],
): Promise<Result[]> {
  if (await didAll(call, type, ids, tags)) return ids.map((contactId) => ({ contactId, ok: true }));
  const results: Result[] = [];
  for (const contactId of ids) results.push(await doOne(call, single, contactId, tags));
  return results;
}

async function didAll(call: Call, type: "add" | "remove", ids: readonly string[], tags: readonly string[]): Promise<boolean> {
  try {
    const { output } = await call("contacts.bulk_update_tags", { type, contacts: ids, tags });
    return !isObject(output) || !(Number(output["errorCount"] ?? 0) > 0);
  } catch (error) {
    if (concernsTheRecord(error)) return false;
    throw error;
  }
}

async function doOne(call: Call, single: string, contactId: string, tags: readonly string[]): Promise<Result> {
  try {
    await call(single, { contactId, tags });
    return { contactId, ok: true };
  } catch (error) {
    if (!concernsTheRecord(error)) throw error;
    return { contactId, ok: false, error: error.message };
  }
}

/** A refusal of these contacts, rather than of the connection or for now: the others may still go through. */
function concernsTheRecord(error: unknown): error is MillraceError {
  if (!(error instanceof MillraceError) || errorCodes[error.code].retry) return false;
  return ["OUTBOUND_REFUSED", "OUTBOUND_NOT_FOUND", "DUPLICATE_RECORD", "STEP_INPUT_INVALID"].includes(error.code);
}
