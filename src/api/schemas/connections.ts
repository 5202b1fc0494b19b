/** Connections, and the addresses on the operator's own network that flows may call. */
import { z } from "zod";
import { flatSecret } from "#catalog/login.ts";
import { loginField } from "#catalog/logins/field.ts";
import { loginKindNames } from "#catalog/logins/kinds.ts";
import { appId, shortName } from "./common.ts";

export const connectionStatus = z.enum(["untested", "connected", "expiring", "failed", "broken", "paused"]);
export const connectionView = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  app: z.string(),
  auth: z.string(),
  /** Names it had before. Flows that use one of them keep working. */
  formerNames: z.array(z.string()).optional(),
  /** `connected` only if the last test or call showed that the login works. */
  status: connectionStatus,
  /** What is wrong and what to do, in words. */
  reason: z.string().optional(),
  /** The code of the error behind it. */
  problem: z.string().optional(),
  /** When a test or a call last showed whether the login works, and which of the two. */
  checkedAt: z.number().optional(),
  checkedBy: z.enum(["test", "call"]).optional(),
  access: z.enum(["location", "agency"]).optional(),
  baseUrl: z.string().optional(),
  /** What it fills in of the app's address, by the names of the app's variables. */
  variables: z.record(z.string(), z.string()).optional(),
  locationId: z.string().optional(),
  companyId: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  expiresAt: z.number().optional(),
  lastUsedAt: z.number().optional(),
  /** When a person last gave it its login. */
  loginAt: z.number().optional(),
  /** When the app advises to replace the login; null where it does not say. */
  rotateAt: z.number().nullable(),
  createdAt: z.number(),
  quota: z.object({ used: z.number(), limit: z.number(), windowMs: z.number(), dailyUsed: z.number(), dailyLimit: z.number() }).nullable(),
  /** The link by which somebody without an account here can give it a new login; null where none can be used. */
  reconnectLink: z.object({ createdAt: z.number(), expiresAt: z.number() }).nullable(),
  /** The flows that name it, and the inboxes at which events of its sub-account come in. */
  usedBy: z.object({
    flows: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: z.enum(["draft", "on", "off"]),
        draft: z.boolean(),
        published: z.boolean(),
      }),
    ),
    inboxes: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
});
export const connectionList = z.object({ connections: z.array(connectionView) });
const secretName = z.string().max(80);
const secretText = z.string().max(20_000);
/** Texts by the names of the login's fields (GET /apps). A time may be a number, and the addresses of a login may be in an object of their own. */
const secretBody = z.record(secretName, z.union([secretText, z.number(), z.record(secretName, secretText)])).transform(flatSecret);
export const connectionBody = z.object({
  name: shortName,
  title: z.string().max(120).optional(),
  app: appId,
  auth: z.enum(loginKindNames),
  baseUrl: z.url().optional(),
  locationId: z.string().max(64).optional(),
  companyId: z.string().max(64).optional(),
  access: z.enum(["location", "agency"]).optional(),
  scopes: z.array(z.string()).max(200).optional(),
  settings: z.record(z.string(), z.string().max(2000)).optional(),
  /** Never returned. */
  secret: secretBody.default({}),
});
/** What is left out stays as it is, each of the settings too; a new secret replaces the old one. */
export const connectionPatch = connectionBody
  .omit({ app: true, auth: true })
  .extend({
    secret: secretBody,
    baseUrl: z.url().nullable(),
    locationId: z.string().max(64).nullable(),
    companyId: z.string().max(64).nullable(),
  })
  .partial();
/** A connection as it would be added, or the change of one by its id. */
export const connectionTestBody = z.union([z.object({ id: z.string().max(64), patch: connectionPatch }), connectionBody]);
/** `message`: a sentence for people. `mayHeal`: the same login may pass later, because the other side was not there. */
export const connectionTestReply = z.object({ ok: z.boolean(), message: z.string(), mayHeal: z.boolean() });
export const privateHostView = z.object({
  /** `erp.lan`, or `10.0.0.7:8080` for one port of it. */
  host: z.string(),
  /** `settings`: of MILLRACE_ALLOW_PRIVATE_HOSTS, and not to be changed here. */
  from: z.enum(["settings", "web"]),
  addedAt: z.number().nullable(),
});
export const privateHostList = z.object({ hosts: z.array(privateHostView) });
export const privateHostBody = z.object({ host: z.string().min(1).max(300) });
export const subAccountList = z.object({
  /** By name. */
  subAccounts: z.array(
    z.object({
      locationId: z.string(),
      name: z.string(),
      /** The agency let the registration in there; without that there is no login for it. */
      installed: z.boolean(),
      /** The name of the connection that is for it; null where there is none yet. */
      connection: z.string().nullable(),
    }),
  ),
});
/** At most fifty at a time: each takes a request to the app. */
export const subAccountBody = z.strictObject({ locationIds: z.array(z.string().min(1).max(64)).min(1).max(50) });
/** The sub-accounts that became connections or got a new login, and why the others did not. */
export const subAccountReply = z.object({
  connected: z.array(connectionView),
  refused: z.array(z.object({ locationId: z.string(), message: z.string() })),
});
export type SubAccountList = z.infer<typeof subAccountList>;
export type SubAccountReply = z.infer<typeof subAccountReply>;
const askedScopes = z.array(z.string().min(1).max(120)).max(300);
/** A new login for a connection, by its id or name: the client of the old one asks again unless `secret` names another. */
const renewedConsent = z.strictObject({ connection: z.string().min(1).max(64), scopes: askedScopes, secret: secretBody.optional() });
const newConsent = connectionBody
  .omit({ name: true, scopes: true, locationId: true, companyId: true })
  .extend({ scopes: askedScopes })
  .strict();
/** `secret`: the client that asks, as the app gave it at the registration. Without a title the connection is called what its account is. */
export const consentBody = z.union([renewedConsent, newConsent]);
/** `url`: the app's page to open in the browser, until `expiresAt`. */
export const consentPage = z.object({ url: z.string(), expiresAt: z.number() });
export const consentQuery = z.object({
  app: appId,
  /** Only the flows that use this connection count. */
  connection: z.string().max(64).optional(),
});
export const consentNeeds = z.object({
  /** Has to be registered at the app exactly as it is written here. */
  redirectUri: z.string(),
  /** Where and under which name an agency has the app's page (MILLRACE_CONSENT_HOST); null: at the app's own address. */
  page: z.object({ host: z.string(), name: z.string().nullable() }).nullable(),
  /** Further scopes for connecting an agency's sub-accounts; none where the app has no agencies. */
  agencyScopes: z.array(z.string()),
  scopes: z.array(
    z.object({
      scope: z.string(),
      /** Flows need it, or the test of the login does. */
      needed: z.boolean(),
      /** The flows that need it, by name. */
      flows: z.array(z.string()),
      /** The connection has it already. */
      granted: z.boolean(),
    }),
  ),
});
/** What the app sent the browser back with: a code, or why there is none. */
export const consentReplyBody = z.strictObject({
  state: z.string().min(1).max(200),
  code: z.string().min(1).max(4000).optional(),
  refusal: z.string().max(4000).optional(),
  /** `iss`, where the app sent one (RFC 9207). */
  issuer: z.string().max(500).optional(),
});
/** `days`: how long it can be used. */
export const reconnectLinkBody = z.strictObject({ days: z.int().min(1).max(30).default(7) });
/** The link is in this answer and can be read nowhere else. */
export const reconnectLinkReply = z.object({ url: z.string(), expiresAt: z.number() });
const linkToken = z.string().min(1).max(200);
export const reconnectBody = z.strictObject({ link: linkToken });
/** All that somebody with a reconnect link gets to see. */
export const reconnectView = z.object({
  /** The app's name. */
  app: z.string(),
  /** The sub-account's name. */
  account: z.string(),
  /** Who asks for it: the workspace, as its owners call it; null where they never gave it a name. */
  from: z.string().nullable(),
  expiresAt: z.number(),
  /** `consent`: the login is allowed at the app's page. `secret`: `fields` say what is pasted. */
  way: z.enum(["consent", "secret"]),
  fields: z.array(loginField),
  /** A connect link: it makes a new connection. */
  isNew: z.boolean(),
});
export const reconnectFinishBody = consentReplyBody.extend({ link: linkToken });
export const reconnectSecretBody = z.strictObject({ link: linkToken, secret: secretBody });
/** `works`: a test showed that the login works. */
export const reconnectReply = z.object({
  works: z.boolean(),
  /** Where the browser goes next; null: it stays. */
  returnTo: z.string().nullable(),
});
export type ReconnectView = z.infer<typeof reconnectView>;
export type ReconnectReply = z.infer<typeof reconnectReply>;
export type ConsentBody = z.infer<typeof consentBody>;
export type ConsentPage = z.infer<typeof consentPage>;
export type ConsentNeeds = z.infer<typeof consentNeeds>;
export type ConsentReplyBody = z.infer<typeof consentReplyBody>;
export type ConnectionView = z.infer<typeof connectionView>;
export type ConnectionBody = z.infer<typeof connectionBody>;
export type PrivateHostView = z.infer<typeof privateHostView>;
export type ConnectionTestReply = z.infer<typeof connectionTestReply>;
export type ConnectionPatch = z.infer<typeof connectionPatch>;
