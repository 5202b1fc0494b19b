/**
 * The rows whose endpoints are described without any security. By a private token the official client performs them like the others
 * (catalog.it.test.ts); by an OAuth session it sends no login at all, and is refused. Millrace knows their scopes and logs in.
 */
import { HighLevel, type ISessionData, MemorySessionStorage } from "@gohighlevel/api-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { groundOf } from "./row.ts";
import { rows } from "./rows/index.ts";
import { openSide, type Side } from "./side.ts";

const { acmeDental: locationId, companyId } = sandboxDefaults;
let side: Side;
let session: HighLevel;
beforeAll(async () => {
  for (const method of ["warn", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  side = await openSide();
  const { clientId, clientSecret, accessToken, refreshToken } = side.sandbox.issueToken({ kind: "oauth", locationId });
  const sessionStorage = new MemorySessionStorage();
  session = new HighLevel({ clientId: clientId!, clientSecret: clientSecret!, sessionStorage });
  const login = {
    access_token: accessToken,
    refresh_token: refreshToken!,
    userType: "Location",
    locationId,
    companyId,
    expires_in: 86_399,
  };
  await sessionStorage.setSession(locationId, login as ISessionData);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await side.close();
});

test("a session is one that works", async () => {
  expect((await session.contacts.getContacts({ locationId, limit: 1 })).contacts).toHaveLength(1);
});

test.each(["contacts.bulk_update_tags", "contacts.bulk_business", "conversations.get_email", "social.statistics"])(
  "%s goes out without a login by an OAuth session, and with one by Millrace",
  async (key) => {
    const { input, official } = await rows[key]!(groundOf(side));
    await expect(official(session)).rejects.toMatchObject({ statusCode: 401 });
    expect(await side.millrace("location", key, input)).toBeTruthy();
  },
);
