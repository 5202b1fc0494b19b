import { badRequest, forbidden, unprocessable } from "../refusal.ts";
import type { User } from "../types.ts";
import { type Call, type Endpoints, picked, textOf, textsOf, type World } from "./call.ts";
import { sameCompany, userOf, userView } from "./users.ts";

/** Users made, changed and deleted. Passwords are asked for and forgotten. */
export const userWriteEndpoints: Endpoints = {
  "users/create-user"(world, call) {
    sameCompany(call, call.body.companyId);
    const { email, ...written } = writtenBy(world, call);
    if (!email?.includes("@")) throw unprocessable(["email must be an email"]);
    const user = world.state.users.put({
      firstName: "",
      lastName: "",
      phone: "",
      type: "account",
      role: "user",
      locationIds: [],
      ...written,
      email,
      id: world.state.newId(),
      companyId: call.grant.companyId,
    });
    world.emit("UserCreate", user);
    return userView(user);
  },

  "users/update-user"(world, call) {
    if (call.body.companyId !== undefined) sameCompany(call, call.body.companyId);
    const old = userOf(world, call);
    const user = world.state.users.put({ ...old, ...writtenBy(world, call, old) });
    world.emit("UserUpdate", user);
    return userView(user);
  },

  "users/delete-user"(world, call) {
    const user = userOf(world, call);
    world.state.users.delete(user.id);
    world.emit("UserDelete", user);
    return { succeded: true, message: "Queued deleting user with e-mail and name" };
  },
};

function writtenBy(world: World, call: Call, old?: User): Partial<User> {
  const { body } = call;
  const email = textOf(body.email)?.toLowerCase();
  if (email && world.state.users.all().some((user) => user.email === email && user.id !== old?.id))
    throw badRequest("The email is already in use by another user");
  return {
    ...picked(body, ["firstName", "lastName", "phone"]),
    ...(email && { email }),
    ...oneOf(body, "type", ["account", "agency"]),
    ...oneOf(body, "role", ["admin", "user"]),
    ...(Array.isArray(body.locationIds) && { locationIds: reachable(world, call) }),
  };
}

function oneOf<K extends string, const V extends string>(body: Call["body"], key: K, values: readonly V[]): { [N in K]?: V } {
  if (body[key] === undefined) return {};
  const value = values.find((v) => v === body[key]);
  if (!value) throw unprocessable([`${key} must be one of the following values: ${values.join(", ")}`]);
  return { [key]: value } as { [N in K]?: V };
}

/** Nobody is let into a location that the token may not enter itself. */
function reachable({ state }: World, { grant, body }: Call): string[] {
  const ids = textsOf(body.locationIds);
  const mayEnter = (id: string) => (grant.locationId ? id === grant.locationId : state.locations.get(id)?.companyId === grant.companyId);
  if (!ids.every(mayEnter)) throw forbidden("The token does not have access to this location.");
  return ids;
}
