import { wrongLocation } from "../refusal.ts";
import type { Location } from "../types.ts";
import { countOf, type Endpoints, picked, locationOf, objectOf, textOf } from "./call.ts";

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
    const matches = reachable
      .filter((l) => !query.email || l.email === query.email.toLowerCase())
      .sort((a, b) => a.name.localeCompare(b.name));
    const skip = countOf(query.skip, 0);
    return {
      locations: (query.order === "desc" ? matches.reverse() : matches)
        .slice(skip, skip + countOf(query.limit, 10, 1000))
        .map(locationView),
    };
  },

  "locations/put-location"(world, call) {
    const old = world.state.locations.get(locationOf(world, call, call.params.locationId))!;
    if (call.body.companyId !== undefined && call.body.companyId !== call.grant.companyId) throw wrongLocation();
    const settings = objectOf(call.body.settings);
    const location = world.state.locations.put({
      ...old,
      ...picked(call.body, ["name", "phone", "address", "city", "state", "country", "postalCode", "website", "timezone"]),
      email: textOf(objectOf(call.body.prospectInfo).email)?.toLowerCase() ?? old.email,
      duplicates: { ...old.duplicates, allow: flagOf(settings.allowDuplicateContact, old.duplicates.allow) },
      allowDuplicateOpportunity: flagOf(settings.allowDuplicateOpportunity, old.allowDuplicateOpportunity),
    });
    world.emit("LocationUpdate", location);
    return locationView(location);
  },

  "locations/get-timezones"(world, call) {
    locationOf(world, call, call.params.locationId);
    return { timeZones: Intl.supportedValuesOf("timeZone") };
  },

  "locations/delete-location"(world, call) {
    world.close(world.state.locations.get(locationOf(world, call, call.params.locationId))!);
    return { success: true, message: "Location deleted" };
  },
};

const flagOf = (value: unknown, otherwise: boolean): boolean => (typeof value === "boolean" ? value : otherwise);

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
