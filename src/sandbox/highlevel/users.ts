import { noSuch, wrongLocation } from "../refusal.ts";
import type { User } from "../types.ts";
import { type Call, countOf, type Endpoints, locationOf, textOf, type World } from "./call.ts";

/** Users: of a location, of the agency, one. */
export const userEndpoints: Endpoints = {
  "users/get-user-by-location"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    return {
      users: inReach(world, call)
        .filter((user) => user.locationIds.includes(locationId))
        .map(userView),
    };
  },

  "users/search-users"(world, call) {
    sameCompany(call, call.query.companyId);
    const { query, locationId, role, type, ids, sortDirection } = call.query;
    const words = query?.toLowerCase();
    const matches = inReach(world, call).filter(
      (user) =>
        (!words || `${user.firstName} ${user.lastName} ${user.email} ${user.phone}`.toLowerCase().includes(words)) &&
        (!locationId || user.locationIds.includes(locationId)) &&
        (!role || user.role === role) &&
        (!type || user.type === type) &&
        (!ids || ids.split(",").includes(user.id)),
    );
    const skip = countOf(call.query.skip, 0);
    const users = (sortDirection === "desc" ? matches.reverse() : matches).slice(skip, skip + countOf(call.query.limit, 25, 100));
    return { users: users.map(userView), count: matches.length };
  },

  // Without projection=all only id and e-mail come back.
  "users/filter-users-by-email"(world, call) {
    sameCompany(call, call.body.companyId);
    const emails = new Set((textOf(call.body.emails) ?? "").split(",").map((email) => email.trim().toLowerCase()));
    const matches = inReach(world, call).filter((user) => emails.has(user.email));
    const view = call.body.projection === "all" ? userView : ({ id, email }: User) => ({ id, email });
    const skip = countOf(call.body.skip, 0);
    return { users: matches.slice(skip, skip + countOf(call.body.limit, 25, 100)).map(view), count: matches.length };
  },

  // The record is not wrapped.
  "users/get-user": (world, call) => userView(userOf(world, call)),
};

export function userOf(world: World, call: Call): User {
  const user = inReach(world, call).find(({ id }) => id === call.params.userId);
  if (!user) throw noSuch("User", call.params.userId!);
  return user;
}

function inReach({ state }: World, { grant }: Call): User[] {
  const reachable = state.users
    .all()
    .filter((user) => user.companyId === grant.companyId && (!grant.locationId || user.locationIds.includes(grant.locationId)));
  return reachable.sort((a, b) => a.firstName.localeCompare(b.firstName) || (a.id < b.id ? -1 : 1));
}

export function sameCompany({ grant }: Call, companyId: unknown): void {
  if (companyId !== grant.companyId) throw wrongLocation();
}

export const userView = ({ id, firstName, lastName, email, phone, type, role, locationIds, deactivated }: User) => ({
  id,
  name: `${firstName} ${lastName}`,
  firstName,
  lastName,
  email,
  phone,
  extension: "",
  permissions: {},
  scopes: [],
  deleted: deactivated === true,
  roles: { type, role, locationIds, restrictSubAccount: false },
  lcPhone: {},
});
