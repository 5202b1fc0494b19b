import { noSuch } from "../refusal.ts";
import type { Business, BusinessDetail } from "../types.ts";
import { type Call, countOf, type Endpoints, locationOf, textOf, type World } from "./call.ts";
import { isoTime } from "./times.ts";

/** Write answers name the record `buiseness`, as the vendor does. */
export const businessEndpoints: Endpoints = {
  "businesses/get-businesses-by-location"(world, call) {
    const rows = world.state.businesses
      .inLocation(locationOf(world, call, call.query.locationId))
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
    const skip = countOf(call.query.skip, 0);
    return { businesses: rows.slice(skip, skip + countOf(call.query.limit, 100, 1000)).map(businessView) };
  },

  "businesses/get-business": (world, call) => ({ business: businessView(businessOf(world, call)) }),

  "businesses/create-business"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const now = world.state.clock.now();
    const business = {
      id: world.state.newHexId(),
      locationId,
      name: String(call.body.name),
      details: written(call),
      createdAt: now,
      updatedAt: now,
    };
    world.emit("RecordCreate", world.state.businesses.put(business));
    return { success: true, buiseness: businessView(business) };
  },

  "businesses/update-business"(world, call) {
    const old = businessOf(world, call);
    const details = { ...old.details, ...written(call) };
    const business = world.state.businesses.put({
      ...old,
      name: textOf(call.body.name) ?? old.name,
      details,
      updatedAt: world.state.clock.now(),
    });
    world.emit("RecordUpdate", business);
    return { success: true, buiseness: businessView(business) };
  },

  "businesses/delete-Business"(world, call) {
    const business = businessOf(world, call);
    for (const { businessId, ...contact } of world.state.contacts.inLocation(business.locationId))
      if (businessId === business.id) world.state.saveContact(contact);
    for (const relation of world.state.relations.find("record", business.id)) world.state.relations.delete(relation.id);
    world.state.businesses.delete(business.id);
    world.emit("RecordDelete", business);
    return { success: true };
  },
};

function businessOf(world: World, call: Call): Business {
  const business = world.state.businesses.get(call.params.businessId!);
  if (!business) throw noSuch("Business", call.params.businessId!);
  locationOf(world, call, business.locationId);
  return business;
}

const detailNames: BusinessDetail[] = ["phone", "email", "website", "address", "city", "description", "state", "postalCode", "country"];

const written = ({ body }: Call): Business["details"] =>
  Object.fromEntries(detailNames.filter((name) => typeof body[name] === "string").map((name) => [name, body[name] as string]));

const businessView = ({ id, locationId, name, details, createdAt, updatedAt }: Business) => ({
  id,
  locationId,
  name,
  ...details,
  createdAt: isoTime(createdAt),
  updatedAt: isoTime(updatedAt),
});
