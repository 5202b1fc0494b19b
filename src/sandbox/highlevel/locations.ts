import { noSuch, unprocessable, wrongLocation } from "../refusal.ts";
import type { CustomField, FieldType, Location } from "../types.ts";
import { type Call, countOf, type Endpoints, locationOf, objectOf, textOf, textsOf, type World } from "./call.ts";

export const locationEndpoints: Endpoints = {
  "locations/get-location"(world, call) {
    return { location: locationView(world.state.locations.get(locationOf(world, call, call.params.locationId))!) };
  },

  // 200 and unwrapped, unlike most creations.
  "locations/create-location"(world, call) {
    const { body, grant } = call;
    if (body.companyId !== grant.companyId) throw wrongLocation();
    const settings = objectOf(body.settings);
    const text = (key: string, otherwise = "") => textOf(body[key]) ?? otherwise;
    const location = world.state.locations.put({
      id: world.state.newId(),
      companyId: grant.companyId,
      name: String(body.name),
      email: textOf(objectOf(body.prospectInfo).email)?.toLowerCase() ?? "",
      phone: text("phone"),
      address: text("address"),
      city: text("city"),
      state: text("state"),
      country: text("country", "US"),
      postalCode: text("postalCode"),
      website: text("website"),
      timezone: text("timezone", "America/New_York"),
      active: true,
      duplicates: { allow: settings.allowDuplicateContact === true, order: ["email", "phone"], shape: "meta" },
      allowDuplicateOpportunity: settings.allowDuplicateOpportunity === true,
    });
    world.emit("LocationCreate", location);
    return locationView(location);
  },

  "locations/search-locations"(world, call) {
    const { grant, query } = call;
    if (query.companyId && query.companyId !== grant.companyId) throw wrongLocation();
    const reachable = world.state.locations
      .all()
      .filter((l) => (grant.locationId ? l.id === grant.locationId : l.companyId === grant.companyId));
    const found = reachable
      .filter((l) => !query.email || l.email === query.email.toLowerCase())
      .sort((a, b) => a.name.localeCompare(b.name));
    const skip = countOf(query.skip, 0);
    return {
      locations: (query.order === "desc" ? found.reverse() : found).slice(skip, skip + countOf(query.limit, 10, 1000)).map(locationView),
    };
  },

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
    const model = body.model === "opportunity" ? "opportunity" : "contact";
    const name = String(body.name).trim();
    const field = world.state.customFields.put({
      ...written(call),
      id: world.state.newId(),
      locationId,
      name,
      dataType,
      model,
      fieldKey: freeKey(world, locationId, textOf(body.fieldKey) ?? `${model}.${keyFrom(name)}`),
      position: countOf(body.position, 50 * world.state.customFields.countIn(locationId)),
    });
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
    world.state.customFields.delete(field.id);
    for (const contact of world.state.contacts.inLocation(field.locationId)) {
      const customFields = contact.customFields.filter(({ id }) => id !== field.id);
      if (customFields.length < contact.customFields.length) world.state.saveContact({ ...contact, customFields });
    }
    return { succeded: true };
  },
};

const fieldTypes: FieldType[] = [
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

/** Options come as plain texts or as `{label}`. */
function written({ body }: Call): Partial<CustomField> {
  const boxes = Array.isArray(body.textBoxListOptions) ? (body.textBoxListOptions as unknown[]) : [];
  const labels = boxes.map((box) => (typeof box === "object" && box !== null && "label" in box ? box.label : box));
  const picklistOptions = [...textsOf(body.options), ...textsOf(labels)];
  const placeholder = textOf(body.placeholder);
  return { ...(placeholder && { placeholder }), ...(picklistOptions.length > 0 && { picklistOptions }) };
}

const keyFrom = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

function freeKey(world: World, locationId: string, wanted: string): string {
  const taken = new Set(world.state.customFields.inLocation(locationId).map((field) => field.fieldKey));
  let key = wanted;
  for (let n = 1; taken.has(key); n++) key = `${wanted}_${n}`;
  return key;
}

const fieldView = ({ id, name, fieldKey, dataType, model, position, locationId, placeholder, picklistOptions }: CustomField) => ({
  id,
  name,
  model,
  fieldKey,
  placeholder: placeholder ?? "",
  dataType,
  position,
  locationId,
  ...(picklistOptions && { picklistOptions }),
  picklistImageOptions: [],
});

const locationView = ({
  duplicates,
  allowDuplicateOpportunity,
  id,
  companyId,
  name,
  email,
  phone,
  address,
  city,
  state,
  country,
  postalCode,
  website,
  timezone,
}: Location) => ({
  id,
  companyId,
  name,
  email,
  phone,
  address,
  city,
  state,
  country,
  postalCode,
  website,
  timezone,
  settings: {
    allowDuplicateContact: duplicates.allow,
    allowDuplicateOpportunity,
    allowFacebookNameMerge: false,
    disableContactTimezone: false,
  },
  social: {},
});
