import { isObject } from "#kernel/json.ts";
import { badRequest, noSuch, unprocessable } from "../refusal.ts";
import type { State } from "../state.ts";
import type { CustomField, FieldType } from "../types.ts";
import { type Call, countOf, type Endpoints, locationOf, textOf, textsOf, type World } from "./call.ts";

/** The custom fields of a location: of its contacts and of its opportunities. */
export const customFieldEndpoints: Endpoints = {
  "locations/get-custom-fields"(world, call) {
    const fields = world.state.customFields.inLocation(locationOf(world, call, call.params.locationId));
    const model = call.query.model ?? "contact";
    return {
      customFields: fields
        .filter((f) => model === "all" || f.model === model)
        .sort((a, b) => a.position - b.position)
        .map(fieldView),
    };
  },

  "locations/get-custom-field": (world, call) => ({ customField: fieldView(fieldOf(world, call)) }),

  "locations/create-custom-field"(world, call) {
    const locationId = locationOf(world, call, call.params.locationId);
    const { body } = call;
    const dataType = fieldTypes.find((type) => type === body.dataType);
    if (!dataType) throw unprocessable([`dataType must be one of the following values: ${fieldTypes.join(", ")}`]);
    const empty = needed[dataType]?.find((name) => textsIn(body[name]).length === 0);
    if (empty) throw badRequest(`${empty} should not be empty`);
    const model = body.model === "opportunity" ? "opportunity" : "contact";
    const name = String(body.name).trim();
    const position = countOf(body.position, 50 * world.state.customFields.countIn(locationId));
    const fieldKey = textOf(body.fieldKey);
    const field = makeField(world.state, { ...written(call), locationId, name, dataType, model, position, ...(fieldKey && { fieldKey }) });
    return { customField: fieldView(field) };
  },

  "locations/update-custom-field"(world, call) {
    const old = fieldOf(world, call);
    const field = world.state.customFields.put({
      ...old,
      ...written(call),
      name: textOf(call.body.name) ?? old.name,
      position: countOf(call.body.position, old.position),
    });
    return { customField: fieldView(field) };
  },

  "locations/delete-custom-field"(world, call) {
    const field = fieldOf(world, call);
    dropField(world.state, field);
    return { succeded: true };
  },
};

/** The kinds of custom fields of contacts and opportunities. */
export const fieldTypes: readonly FieldType[] = [
  "TEXT",
  "LARGE_TEXT",
  "NUMERICAL",
  "PHONE",
  "MONETORY",
  "CHECKBOX",
  "SINGLE_OPTIONS",
  "MULTIPLE_OPTIONS",
  "DATE",
  "TEXTBOX_LIST",
  "FILE_UPLOAD",
  "RADIO",
  "EMAIL",
];

function fieldOf(world: World, call: Call): CustomField {
  const locationId = locationOf(world, call, call.params.locationId);
  const field = world.state.customFields.get(call.params.id!);
  if (field?.locationId !== locationId) throw noSuch("Custom field", call.params.id!);
  return field;
}

/** What a field of a type cannot be made without. */
const needed: Partial<Record<FieldType, readonly string[]>> = { TEXTBOX_LIST: ["textBoxListOptions"], FILE_UPLOAD: ["acceptedFormat"] };

/** Options come as plain texts or as `{label}`. */
function textsIn(options: unknown): string[] {
  const list = Array.isArray(options) ? (options as unknown[]) : [];
  return textsOf(list.map((one) => (isObject(one) && "label" in one ? one.label : one)));
}

function written({ body }: Call): Partial<CustomField> {
  const picklistOptions = [...textsOf(body.options), ...textsIn(body.textBoxListOptions)];
  const texts = [
    ["placeholder", textOf(body.placeholder)],
    ["parentId", textOf(body.parentId)],
    ["description", textOf(body.description)],
  ] as const;
  const values = Object.fromEntries(texts.filter(([, text]) => text !== undefined));
  return { ...values, ...(picklistOptions.length > 0 && { picklistOptions }) };
}

const keyFrom = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

/** Adds a field under its key, or under one made of its name. */
export function makeField(state: State, field: Omit<CustomField, "id" | "fieldKey"> & { fieldKey?: string }): CustomField {
  const wanted = field.fieldKey ?? `${field.model}.${keyFrom(field.name)}`;
  return state.customFields.put({ ...field, id: state.newId(), fieldKey: freeKey(state, field.locationId, wanted) });
}

/** Deletes a field with the values that contacts have in it. */
export function dropField(state: State, field: CustomField): void {
  state.customFields.delete(field.id);
  for (const contact of state.contacts.inLocation(field.locationId)) {
    const customFields = contact.customFields.filter(({ id }) => id !== field.id);
    if (customFields.length < contact.customFields.length) state.saveContact({ ...contact, customFields });
  }
  for (const opportunity of state.opportunities.inLocation(field.locationId)) {
    const customFields = opportunity.customFields.filter(({ id }) => id !== field.id);
    if (customFields.length < opportunity.customFields.length) state.opportunities.put({ ...opportunity, customFields });
  }
}

function freeKey(state: State, locationId: string, wanted: string): string {
  const usedKeys = new Set(state.customFields.inLocation(locationId).map((field) => field.fieldKey));
  let key = wanted;
  for (let n = 1; usedKeys.has(key); n++) key = `${wanted}_${n}`;
  return key;
}

const fieldView = ({ id, name, fieldKey, dataType, model, position, locationId, placeholder = "", ...optional }: CustomField) => ({
  id,
  name,
  model,
  fieldKey,
  placeholder,
  dataType,
  position,
  locationId,
  ...(optional.parentId && { parentId: optional.parentId }),
  ...(optional.description && { description: optional.description }),
  ...(optional.picklistOptions && { picklistOptions: optional.picklistOptions }),
  picklistImageOptions: [],
});
