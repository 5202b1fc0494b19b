import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { companyId, defaultAppId as app, defaultClientId } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let client: Record<string, string>;
beforeEach(async () => {
  bench = await openBench();
  const { clientId, clientSecret } = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
  client = { client_id: clientId!, client_secret: clientSecret! };
  bench.sandbox.setWebhook({ url: "http://127.0.0.1:9/hook" });
});
afterEach(() => bench.sandbox.close());

const form = { "content-type": "application/x-www-form-urlencoded", authorization: undefined, version: undefined };
const redirect_uri = "http://127.0.0.1:4400/oauth/callback";
const ask = { response_type: "code", client_id: defaultClientId, redirect_uri, scope: "contacts.readonly oauth.write oauth.readonly" };
const webhooks = async () => {
  await bench.clock.advance(0);
  return bench.posted.splice(0).map(({ body }) => body);
};
const token = (fields: Record<string, string>) =>
  bench.call("POST", "/oauth/token", new URLSearchParams({ ...client, ...fields }).toString(), form);

async function consent(choice: [string, string][]): Promise<Record<string, unknown>> {
  const reply = await bench.call(
    "POST",
    "/v2/oauth/chooselocation",
    new URLSearchParams([...Object.entries(ask), ...choice]).toString(),
    form,
  );
  const code = new URL(String(reply.headers.location)).searchParams.get("code")!;
  return (await token({ grant_type: "authorization_code", code })).body;
}
const several = (...ids: string[]): [string, string][] => [
  ["location", "several"],
  ...ids.map((id): [string, string] => ["locations", id]),
];
const mint = (company: Record<string, unknown>, locationId: string) =>
  bench.call("POST", "/oauth/locationToken", { companyId, locationId }, { authorization: `Bearer ${String(company.access_token)}` });
const control = (path: string, body: object) => bench.call("POST", `/sandbox/apps/${app}/${path}`, body, { authorization: undefined });

describe("a bulk install", () => {
  test("gives one login of the agency, and an INSTALL for each sub-account", async () => {
    const company = await consent(several(bench.acme, bench.smiles));
    expect(company).toMatchObject({
      userType: "Company",
      isBulkInstallation: true,
      approvedLocations: [bench.acme, bench.smiles],
      approveAllLocations: false,
      installToFutureLocations: false,
    });
    expect(company).not.toHaveProperty("locationId");
    expect(await webhooks()).toMatchObject([
      { type: "INSTALL", companyId, locationId: bench.acme, installType: "Location" },
      { type: "INSTALL", companyId, locationId: bench.smiles },
    ]);
    const minted = await mint(company, bench.smiles);
    expect([minted.status, minted.body.locationId, typeof minted.body.refresh_token]).toEqual([201, bench.smiles, "string"]);
  });

  test("of one sub-account from the agency's view is a Company login as well; of none it is refused", async () => {
    expect(await consent(several(bench.acme))).toMatchObject({ userType: "Company", approvedLocations: [bench.acme] });
    const none = new URLSearchParams({ ...ask, location: "several" }).toString();
    expect((await bench.call("POST", "/oauth/chooselocation", none, form)).status).toBe(400);
  });

  test("reaches sub-accounts made later, where that was ticked, and names nobody then", async () => {
    const company = await consent([
      ["location", "agency"],
      ["future", "on"],
    ]);
    expect(company).toMatchObject({ approveAllLocations: true, installToFutureLocations: true });
    await webhooks();
    const agency = { authorization: `Bearer ${bench.token()}` };
    const id = (await bench.call("POST", "/locations/", { companyId, name: "New Teeth" }, agency)).at("id");
    const [install, created] = await webhooks();
    expect([install, created]).toMatchObject([
      { type: "INSTALL", locationId: id },
      { type: "LocationCreate", id },
    ]);
    expect(install).not.toHaveProperty("companyId");
    expect(install).not.toHaveProperty("userId");
    expect((await mint(company, id)).status).toBe(201);
  });

  test("does not reach a sub-account the app is not in", async () => {
    const company = await consent(several(bench.acme));
    const agency = { authorization: `Bearer ${bench.token()}` };
    const id = (await bench.call("POST", "/locations/", { companyId, name: "New Teeth" }, agency)).at("id");
    expect((await mint(company, id)).status).toBe(400);
    await consent([["location", "agency"]]); // which is all there is, not what will come
    await webhooks();
    const later = (await bench.call("POST", "/locations/", { companyId, name: "Newer Teeth" }, agency)).at("id");
    expect((await webhooks()).map(({ type }) => type)).toEqual(["LocationCreate"]);
    expect((await mint(company, later)).status).toBe(400);
  });
});

describe("an uninstall", () => {
  test("from a sub-account sends an event, ends its logins and stops its events", async () => {
    const pair = await consent([["location", bench.acme]]);
    await webhooks();
    await control("uninstall", { locationId: bench.acme });
    expect(await webhooks()).toMatchObject([{ type: "UNINSTALL", appId: app, companyId, locationId: bench.acme }]);
    const authorization = `Bearer ${String(pair.access_token)}`;
    expect((await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, { authorization })).status).toBe(401);
    expect(await token({ grant_type: "refresh_token", refresh_token: String(pair.refresh_token) })).toMatchObject({
      status: 400,
      body: { message: "Invalid grant: refresh token is invalid" },
    });
    await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "x@example.com" });
    await bench.call(
      "POST",
      "/contacts/",
      { locationId: bench.smiles, email: "x@example.com" },
      { authorization: `Bearer ${bench.token({ locationId: bench.smiles })}` },
    );
    expect(await webhooks()).toMatchObject([{ type: "ContactCreate", locationId: bench.smiles }]);
  });

  test("from the agency goes through all it has", async () => {
    const company = await consent([["location", "agency"]]);
    await webhooks();
    await control("uninstall", {});
    const gone = await webhooks();
    expect(gone.map(({ type, locationId }) => [type, locationId])).toEqual([
      ["UNINSTALL", bench.acme],
      ["UNINSTALL", bench.smiles],
      ["UNINSTALL", undefined],
    ]);
    expect((await mint(company, bench.acme)).status).toBe(401);
    await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "x@example.com" });
    expect(await webhooks()).toEqual([]);
  });

  test("can be made good by an install, which sends an event", async () => {
    await control("uninstall", { locationId: bench.acme });
    await control("install", { locationId: bench.acme });
    expect((await webhooks()).map(({ type }) => type)).toEqual(["UNINSTALL", "INSTALL"]);
  });
});

test("a sub-account that is deleted takes its installs, its logins and its records with it", async () => {
  const pit = { authorization: `Bearer ${bench.token({ locationId: bench.acme })}` };
  const agency = { authorization: `Bearer ${bench.token()}` };
  const remove = () => bench.call("DELETE", `/locations/${bench.acme}?deleteTwilioAccount=false`, undefined, agency);
  expect((await remove()).status).toBe(200);
  expect(await webhooks()).toMatchObject([{ type: "UNINSTALL", locationId: bench.acme }]);
  expect((await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, pit)).status).toBe(401);
  const { state } = bench.sandbox;
  const left = [state.contacts, state.calendars, state.opportunities, state.messages, state.customFields, state.blogPosts].map(
    (table) => table.inLocation(bench.acme).length,
  );
  expect([left, state.users.all().filter(({ locationIds }) => locationIds.includes(bench.acme))]).toEqual([[0, 0, 0, 0, 0, 0], []]);
  expect((await remove()).status).toBe(403);
  expect((await bench.call("GET", "/", undefined, form)).status).toBe(200);
  for (const table of [state.contacts, state.calendars]) expect(table.inLocation(bench.smiles).length).toBeGreaterThan(0);
});

test("the event of a changed plan names the one before, and installs are searched by the new one", async () => {
  await control("plan", { locationId: bench.acme, planId: "gold", onTrial: true });
  await control("plan", { locationId: bench.acme, planId: "silver" });
  expect(await webhooks()).toMatchObject([
    { type: "PLAN_CHANGE", appId: app, locationId: bench.acme, currentPlanId: "", newPlanId: "gold" },
    { currentPlanId: "gold", newPlanId: "silver" },
  ]);
  const agency = { authorization: `Bearer ${bench.token({ kind: "oauth" })}` };
  const locationsWith = async (query: string) =>
    (await bench.call("GET", `/oauth/installedLocations?companyId=${companyId}&appId=${app}&${query}`, undefined, agency))
      .rows("locations")
      .map(({ _id }) => _id);
  expect(await locationsWith("planId=silver")).toEqual([bench.acme]);
  expect(await locationsWith("onTrial=true")).toEqual([bench.acme]);
  expect(await locationsWith("onTrial=false")).toEqual([bench.smiles]);
  expect(await locationsWith(`versionId=${app}&limit=1&skip=1`)).toEqual([bench.smiles]);
  expect(await locationsWith("versionId=other")).toEqual([]);
  expect(await locationsWith("query=bright")).toEqual([bench.smiles]);
});

describe("the newer version", () => {
  const v3 = { authorization: undefined, version: "v3" };
  const camel = { clientId: "", clientSecret: "", grantType: "refresh_token" };
  beforeEach(() => Object.assign(camel, { clientId: client.client_id, clientSecret: client.client_secret }));

  test("spells the token's parameters and answer without underscores, in JSON or a form", async () => {
    const refreshToken = () => bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme }).refreshToken!;
    const json = await bench.call("POST", "/oauth/token", { ...camel, refreshToken: refreshToken() }, v3);
    const formed = await bench.call("POST", "/oauth/token", new URLSearchParams({ ...camel, refreshToken: refreshToken() }).toString(), {
      ...form,
      ...v3,
    });
    for (const reply of [json, formed]) {
      expect([reply.status, Object.keys(reply.body).filter((name) => name.includes("_"))]).toEqual([200, []]);
      expect(reply.body).toMatchObject({ accessToken: expect.any(String), expiresIn: 86_399, tokenType: "Bearer", locationId: bench.acme });
    }
  });

  test("does not know the older names, nor the older version the newer", async () => {
    expect((await bench.call("POST", "/oauth/token", client, v3)).body.message).toBe("Missing parameter: clientId");
    expect((await bench.call("POST", "/oauth/token", camel, { authorization: undefined, version: undefined })).body.message).toBe(
      "Missing parameter: client_id",
    );
    expect((await bench.call("POST", "/oauth/token", client, { ...v3, version: "v4" })).body.message).toBe("version header is invalid");
  });

  test("has addresses of its own, which are not there under another version", async () => {
    const authorization = `Bearer ${bench.token({ kind: "oauth" })}`;
    const minted = await bench.call(
      "POST",
      "/oauth/location-token",
      { companyId, locationId: bench.acme },
      { authorization, version: "v3" },
    );
    expect(minted).toMatchObject({ status: 201, body: { accessToken: expect.any(String), refreshToken: expect.any(String), appId: app } });
    const list = (path: string, version: string | undefined) =>
      bench.call("GET", `${path}?companyId=${companyId}&appId=${app}`, undefined, { authorization, version });
    expect((await list("/oauth/installed-locations", "2021-07-28")).status).toBe(401);
    expect((await list("/oauth/installed-locations", undefined)).body.message).toBe("version header was not found.");
    expect((await list("/oauth/installedLocations", "v3")).status).toBe(400);
    expect((await bench.call("POST", "/oauth/location-token", { companyId, locationId: bench.acme }, { authorization })).status).toBe(401);
  });

  test("lists installed locations by page tokens", async () => {
    const authorization = `Bearer ${bench.token({ kind: "oauth" })}`;
    const page = (query: string) =>
      bench.call("GET", `/oauth/installed-locations?companyId=${companyId}&pageSize=1&${query}`, undefined, {
        authorization,
        version: "v3",
      });
    const first = await page(`appId=${app}`);
    expect(first.body).toMatchObject({
      items: [{ _id: bench.acme }],
      pagination: { totalRecords: 2, hasNextPage: true, hasPrevPage: false, currentPageSize: 1 },
    });
    const second = await page(`appId=${app}&pageToken=${first.at("pagination.nextPageToken")}`);
    expect(second.body).toMatchObject({ items: [{ _id: bench.smiles }], pagination: { hasNextPage: false, hasPrevPage: true } });
    expect((await page(`appId=${app}&pageToken=nonsense`)).body).toMatchObject({ error: { code: "INVALID_ARGUMENT" } });
    expect(await page("appId=other")).toMatchObject({ status: 404, body: { error: { code: "RESOURCE_NOT_FOUND" } } });
  });
});
