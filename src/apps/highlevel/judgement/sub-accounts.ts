import type { SubAccountsRule } from "#catalog/types.ts";
import { judge } from "../judge.ts";

/** The list of the sub-accounts that an agency let an app into. Only the making of their logins asks for it. */
export const subAccountReads = judge("Sub-accounts", {
  "sub_accounts.list": {
    endpoint: "oauth/get-installed-location",
    kind: "trigger",
    title: "List Installed Sub-Accounts",
    effect: "read",
    result: "locations",
    list: true,
    identity: "_id",
    show: ["name", "isInstalled"],
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, asText: true, total: "count" },
    fields: { companyId: { fill: { connection: "companyId" } } },
    example: {
      input: { appId: "653a1c2f9b1e4d00122a7f01" },
      output: [{ _id: "ve9EPM428h8vShlRW1KT", name: "Acme Dental", isInstalled: true }],
    },
  },
});

/** An agency's token gives one for each sub-account: POST /oauth/locationToken. */
export const subAccounts: SubAccountsRule = {
  list: "sub_accounts.list",
  registration: "appId",
  id: "_id",
  name: "name",
  installed: "isInstalled",
  login: "oauth/get-location-access-token",
};
