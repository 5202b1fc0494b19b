import type { JsonObject } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { State } from "#sandbox/state.ts";
import type { Drive } from "../watched.ts";
import { others } from "./others.ts";

const { acmeDental } = sandboxDefaults;

/** A list of the catalog, asked for at its address and described in the trigger's input. */
const atAddress =
  (drive: Drive, path: string, described: JsonObject): Drive =>
  (state: State) => ({ ...drive(state), http: true, input: { url: path, headers: { Version: "2021-07-28" }, ...described } });

const opportunities = `/opportunities/search?location_id=${acmeDental}&limit=20`;
const businesses = `/businesses/?locationId=${acmeDental}&limit=20`;
const list = "opportunities";

/** JSON lists at any address, one for each way to the next page. They have to tell their news as the catalog's own polls do. */
export const lists: Record<string, Drive> = {
  "http.get by page (M14)": atAddress(others["opportunities.search"]!, opportunities, { list, id: "id", paging: { page: "page" } }),
  "http.get by page and total (M14)": atAddress(others["opportunities.search"]!, opportunities, {
    list,
    id: "id",
    changed: "updatedAt",
    paging: { page: "page", total: "meta.total" },
  }),
  "http.get by cursor (M14)": atAddress(others["opportunities.search"]!, opportunities, {
    list,
    paging: { cursor: "meta.nextPage", query: "page" },
  }),
  "http.get by offset (M14)": atAddress(others["businesses.list"]!, businesses, {
    list: "businesses",
    paging: { offset: "skip" },
  }),
};
