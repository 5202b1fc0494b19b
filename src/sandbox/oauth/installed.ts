import type { Core } from "../core.ts";
import { countOf } from "../highlevel/call.ts";
import { badRequest, Refusal, unprocessable } from "../refusal.ts";
import type { OAuthApp } from "./app.ts";
import type { Form } from "./dialects.ts";
import type { Grant } from "./grants.ts";

/** Where an app is installed, and where it could be, by `skip` and `limit`. */
export function installedLocations(core: Core, grant: Grant, query: Form) {
  const app = appNamed(core, grant, query) ?? refuse(badRequest("App not found"));
  const rows = installedRows(core, app, query);
  const skip = countOf(query.skip, 0);
  return {
    locations: rows.slice(skip, skip + countOf(query.limit, 20, 500)),
    count: rows.length,
    installToFutureLocations: app.agency?.future ?? false,
  };
}

/** The same in the newer version: page tokens, and what is found apart from what is said of it. */
export function installedPage(core: Core, grant: Grant, query: Form) {
  const app = appNamed(core, grant, query) ?? refuse(envelope(404, "RESOURCE_NOT_FOUND", "The requested app was not found."));
  const rows = installedRows(core, app, query);
  const size = countOf(query.pageSize, 20, 100) || 20;
  const from = query.pageToken === undefined ? 0 : offsetOf(query.pageToken);
  const items = rows.slice(from, from + size);
  const more = from + size < rows.length;
  const filters = ["companyId", "appId", "query", "isInstalled", "versionId", "onTrial", "planId", "locationId"];
  return {
    items,
    pagination: {
      totalRecords: rows.length,
      hasNextPage: more,
      hasPrevPage: from > 0,
      ...(more && { nextPageToken: tokenOf(from + size) }),
      ...(from > 0 && { prevPageToken: tokenOf(Math.max(0, from - size)) }),
      currentPageSize: items.length,
    },
    metadata: {
      filterApplied: Object.fromEntries(filters.filter((name) => query[name] !== undefined).map((name) => [name, query[name]])),
      sortApplied: { name: "asc" },
    },
    installToFutureLocations: app.agency?.future ?? false,
  };
}

function appNamed(core: Core, grant: Grant, query: Form): OAuthApp | undefined {
  const missing = ["companyId", "appId"].filter((name) => !query[name]).map((name) => `${name} must be a string`);
  if (missing.length > 0) throw unprocessable(missing);
  const app = core.grants.apps.get(query.appId!);
  return query.companyId === grant.companyId && app?.id === grant.appId ? app : undefined;
}

function installedRows(core: Core, app: OAuthApp, query: Form) {
  const since = new Map(app.installs.map((install) => [install.locationId, install]));
  const words = query.query?.toLowerCase() ?? "";
  const wanted = (id: string) => {
    const install = since.get(id);
    return (
      (!query.locationId || id === query.locationId) &&
      (query.isInstalled === undefined || (install !== undefined) === (query.isInstalled === "true")) &&
      (!query.versionId || (install !== undefined && app.versionId === query.versionId)) &&
      (query.onTrial === undefined || (install?.onTrial === true) === (query.onTrial === "true")) &&
      (!query.planId || install?.planId === query.planId)
    );
  };
  return core.state.locations
    .all()
    .filter((l) => l.companyId === query.companyId && l.name.toLowerCase().includes(words) && wanted(l.id))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
    .map((l) => {
      const install = since.get(l.id);
      return {
        _id: l.id,
        name: l.name,
        address: `${l.address}, ${l.city}, ${l.state} ${l.postalCode}`,
        isInstalled: install !== undefined,
        ...(install && { versionId: app.versionId, installedAt: new Date(install.installedAt).toISOString() }),
      };
    });
}

const tokenOf = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString("base64url");

function offsetOf(token: string): number {
  const offset = Number(/^\{"offset":(\d{1,9})\}$/.exec(Buffer.from(token, "base64url").toString())?.[1]);
  return Number.isInteger(offset) ? offset : refuse(envelope(400, "INVALID_ARGUMENT", "The page token is invalid."));
}

/** How the newer version's lists refuse. */
const envelope = (status: number, code: string, message: string) => new Refusal(status, { error: { code, message } });

function refuse(refusal: Refusal): never {
  throw refusal;
}
