import type { LoginField } from "#catalog/logins/field.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import type { App } from "#catalog/types.ts";
import { operations } from "./operations.ts";
import { records } from "./records.ts";
import { triggers } from "./triggers.ts";

const scopes = [...new Set(operations.flatMap((operation) => operation.scopes))].sort();
/** Under the connection's own address: Flocksy publishes none. */
const oauth = { tokenUrl: "/oauth/token", tokenPath: "/oauth/token" };
const otherwise = (name: string, label: string, path: string): LoginField => ({
  name,
  in: "setting",
  label,
  placeholder: "https://",
  help: `Only where it is not ${path} under the base address.`,
});
const tokenAddress = otherwise("tokenUrl", "Address for tokens", "/oauth/token");

/**
 * Flocksy publishes no API. The paths and fields here are a convention, which the sandbox plays as well; the address is the customer's. Where
 * theirs differs, they define it as an app of the workspace instead (docs/add-an-app.md).
 */
export const flocksy: App = {
  id: "flocksy",
  title: "Flocksy",
  baseUrl: "",
  auth: [
    {
      kind: "oauth2",
      title: "OAuth",
      authorizeUrl: "/oauth/authorize",
      ...oauth,
      fields: [
        ...loginKinds.oauth2.fields,
        otherwise("authorizeUrl", "Address at which a person allows it", "/oauth/authorize"),
        tokenAddress,
      ],
      scopes,
      register: "In Flocksy: add an OAuth client with this redirect address, and tick the scopes that your flows need.",
    },
    {
      kind: "client",
      title: "Client id and secret",
      ...oauth,
      fields: [...loginKinds.client.fields, tokenAddress],
      scopes,
      header: "Authorization",
      prefix: "Bearer ",
    },
    {
      kind: "header",
      title: "API key",
      header: "X-Api-Key",
      fields: [{ name: "token", in: "secret", label: "API key", required: true }],
      rotateDays: 90,
    },
  ],
  probe: [{ operation: "account.get" }],
  webhooks: {
    verify: {
      kind: "signature",
      signature: { header: "X-Flocksy-Signature", algorithm: "sha256", encoding: "hex", prefix: "sha256=" },
      secret: { answer: "secret" },
    },
    subscribe: {
      operation: "webhooks.subscribe",
      input: { events: ["{event}"] },
      address: "url",
      id: "id",
      unsubscribe: { operation: "webhooks.unsubscribe", id: "webhookId" },
      list: { operation: "webhooks.list", id: "id", address: "url" },
    },
  },
  mark: { letters: "FK", hue: 320 },
  operations,
  triggers,
  records,
  refusals: [{ status: [401], code: "OUTBOUND_REFUSED", refresh: true }],
};
