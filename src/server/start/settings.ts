import { resolve } from "node:path";
import { z } from "zod";
import type { Defined } from "#kernel/defined.ts";
import { readSettings } from "#kernel/settings.ts";
import { ipRanges, type IpRanges } from "#kernel/ip-ranges.ts";
import { isOnThisMachineOnly } from "./reach.ts";

const port = z.coerce
  .number("must be a port number")
  .int("must be a port number")
  .min(0, "must be a port number")
  .max(65_535, "must be at most 65535");
const days = z.coerce
  .number("must be a number of days")
  .int("must be a whole number of days")
  .min(1, "must be at least 1")
  .max(3650, "must be at most 3650");

/** Where Millrace keeps its data and listens. */
export const listenSettings = z.object({
  MILLRACE_DATA: z.string().default("./data").describe("Folder of the store, the keys and the lock. One Millrace per folder."),
  MILLRACE_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on. 0.0.0.0 opens Millrace to the network; put TLS in front of it."),
  MILLRACE_PORT: port.default(4400).describe("Port of the web app, the API and the hooks."),
  MILLRACE_SANDBOX_PORT: port.default(4401).describe("Port of the sandbox; it listens on 127.0.0.1 only."),
  MILLRACE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https address, such as https://millrace.example.com" })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe("The address others reach Millrace under, used in hook addresses. http://host:port when unset."),
});

/** Keys, doors and what may be reached. */
export const securitySettings = z.object({
  MILLRACE_ENCRYPTION_KEY: z
    .string()
    .refine(isKeyRing, "must be 32 bytes in base64, or several such keys separated by commas; make one with: openssl rand -base64 32")
    .optional()
    .describe(
      "Seals the secrets of connections: 32 bytes in base64, or several such keys separated by commas, newest first. When unset, a key is made and kept in the data folder, and a warning says so.",
    ),
  MILLRACE_ENCRYPTION_KEY_COMMAND: z
    .string()
    .optional()
    .describe(
      "A command that prints those keys, for a key that is kept in a secret store: `vault kv get -field=key secret/millrace`. It is run once at each start, in place of MILLRACE_ENCRYPTION_KEY.",
    ),
  MILLRACE_ALLOW_PRIVATE_HOSTS: z
    .string()
    .default("")
    .transform(list)
    .describe("Hosts on private addresses that flows may call, separated by commas: erp.lan, 10.0.0.7:8080."),
  MILLRACE_TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform(addressRanges)
    .describe(
      "Proxies in front of Millrace whose X-Forwarded-For, -Proto and -Host headers count: addresses, ranges such as 10.0.0.0/8 and the name `loopback`, separated by commas. From anybody else they are ignored.",
    ),
  MILLRACE_ALLOWED_CALLERS: z
    .string()
    .default("")
    .transform(addressRanges)
    .describe(
      "IP addresses and ranges that may use the page and the API, separated by commas. This machine always may. Hooks, /healthz, /readyz and /metrics are not affected. Unset: everywhere.",
    ),
  MILLRACE_LOCAL_SIGN_IN: z
    .enum(["auto", "on", "off"], "must be auto, on or off")
    .default("auto")
    .describe(
      "Whether one-time links sign in without an account until the first account is created. `auto`: only while Millrace listens on loopback and has no public address. Otherwise `millrace open` prints a link that creates the owner's account.",
    ),
  MILLRACE_METRICS_KEY: z
    .string()
    .regex(/^\S{20,200}$/, "must be 20 to 200 characters without a space; make one with: openssl rand -hex 32")
    .optional()
    .describe("A key for Prometheus: opens /metrics and nothing else. The API key opens it too."),
});

const perSecond = (what: string) =>
  z.coerce.number(`must be ${what} a second`).min(0, "must be at least 0").max(1_000_000, "must be at most 1000000");

/** What the doors let in. */
export const doorSettings = z.object({
  MILLRACE_HOOK_RATE: perSecond("a number of events")
    .default(5000)
    .describe(
      "Events a second that one hook address takes for long, and ten times as many at once. Beyond it the answer is 429. 0 sets no limit.",
    ),
  MILLRACE_STRANGER_RATE: perSecond("a number of requests")
    .default(20)
    .describe("Requests a second of one sender to hook addresses that do not exist, and ten times as many at once. 0 sets no limit."),
  MILLRACE_API_RATE: perSecond("a number of requests")
    .default(500)
    .describe("API requests a second with one key or from one address, and ten times as many at once. 0 sets no limit."),
  MILLRACE_MAX_BODY: z
    .string()
    .regex(/^\d{1,4}(?:\.\d{1,3})?\s*(?:[km]i?b)$/i, "must be a size such as 512kb or 4mb")
    .default("1mb")
    .transform(bytesOf)
    .refine((bytes) => bytes >= 1024 && bytes <= 64 * 1024 ** 2, "must be between 1kb and 64mb")
    .describe("The largest body that a hook address takes, also once it is unpacked: 512kb, 4mb. Inboxes take 8mb at least."),
  MILLRACE_EVENTS_WITHOUT_APP_ID: z
    .string()
    .default("")
    .transform(list)
    .describe(
      "Events that HighLevel sends without appId, by name and separated by commas; * is all. Others without it are refused by an inbox with a registration.",
    ),
  MILLRACE_EVENTS_WITHOUT_TIME: z
    .string()
    .default("")
    .transform(list)
    .describe(
      "Events that HighLevel sends without a timestamp, by name and separated by commas; * is all. Others without it are refused, as they could be replays.",
    ),
});

/** Housekeeping. */
export const operationsSettings = z.object({
  MILLRACE_SCRIPT_WORKERS: z.coerce
    .number("must be a number of workers")
    .int("must be a whole number of workers")
    .min(1, "must be at least 1")
    .max(32, "must be at most 32")
    .default(2)
    .describe("Scripts of flows that are executed at a time, each in a thread of its own. One workspace has half of them at most."),
  MILLRACE_RETENTION_DAYS: days.default(90).describe("Finished runs, with their events, are deleted after this many days."),
  MILLRACE_AUDIT_DAYS: z.coerce
    .number("must be a number of days")
    .int("must be a whole number of days")
    .min(0, "must be at least 0")
    .max(36_500, "must be at most 36500")
    .default(365)
    .describe("Audit entries are deleted after this many days. 0 keeps them forever."),
  MILLRACE_CALL_DAYS: z.coerce
    .number("must be a number of days")
    .int("must be a whole number of days")
    .min(1, "must be at least 1")
    .max(36_500, "must be at most 36500")
    .default(90)
    .describe("Which login was used for which call is kept for this many days, then deleted."),
  MILLRACE_LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal"])
    .default("warn")
    .describe("How much is logged, to standard error. info adds logins that were made or renewed, and what was deleted by age."),
  MILLRACE_LOG_FORMAT: z
    .enum(["auto", "text", "json"], "must be auto, text or json")
    .default("auto")
    .describe(
      "How the log is written. text: short lines for people. json: one object a line, for containers and log collectors. auto: text where standard error is a terminal, json elsewhere.",
    ),
});

/** The page of an app at which logins are allowed. */
export const consentSettings = z.object({
  MILLRACE_CONSENT_HOST: z
    .string()
    .toLowerCase()
    .regex(
      /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
      "must be the name of a host alone, such as app.agency.example: no https://, port or path",
    )
    .optional()
    .describe(
      "The white-labelled host at which your agency's people sign in to HighLevel, such as app.agency.example: logins are allowed there, by https, instead of at HighLevel's own address. Only the browser goes there; codes and tokens are exchanged at HighLevel.",
    ),
  MILLRACE_CONSENT_NAME: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .optional()
    .describe("What your agency calls HighLevel: the button that leads to the page of MILLRACE_CONSENT_HOST says it."),
});

/** Outgoing mail. */
export const mailSettings = z.object({
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be an address such as smtps://user:password@mail.example.com, or unset" })
    .optional()
    .describe(
      "SMTP server for invitations and password resets: smtps://user:password@host:465, or smtp:// with STARTTLS. If unset, owners pass the links on themselves.",
    ),
  MILLRACE_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]{3,200}$/, "must be an address such as Millrace <millrace@example.com>")
    .optional()
    .describe("The sender of mail. When unset, the login of SMTP_URL where that is an address."),
});

/** Single sign-on with OpenID Connect. */
export const singleSignOnSettings = z.object({
  MILLRACE_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: "must be the address of the provider, such as https://login.example.com/realms/agency" })
    .optional()
    .describe(
      "Issuer URL of the OpenID Connect provider. Register <public address>/single-sign-on there as the redirect URI. Its verified addresses are trusted.",
    ),
  MILLRACE_OIDC_CLIENT_ID: z.string().min(1).max(500).optional().describe("The client id that the provider gave this Millrace."),
  MILLRACE_OIDC_CLIENT_SECRET: z.string().min(1).max(2000).optional().describe("The client secret that the provider gave this Millrace."),
  MILLRACE_OIDC_NAME: z.string().max(60).default("single sign-on").describe("The provider's name on the sign-in button."),
});

/** Where the rows are kept. */
export const storeSettings = z.object({
  DATABASE_URL: z
    .string()
    .refine(isPostgresAddress, "must be an address such as postgres://user:password@db.example.com:5432/millrace, or unset to use SQLite")
    .optional()
    .describe(
      "PostgreSQL that keeps the rows: postgres://user:password@host:5432/database, with ?sslmode=verify-full for TLS. When unset, Millrace keeps them in SQLite under MILLRACE_DATA. See docs/postgresql.md.",
    ),
  DATABASE_POOL: z.coerce
    .number("must be a number of connections")
    .int("must be a whole number of connections")
    .min(2, "must be at least 2")
    .max(500, "must be at most 500")
    .default(10)
    .describe("Connections that one Millrace opens to PostgreSQL at most."),
});

/** Named now so that nobody believes they take effect. */
export const laterSettings = z.object({
  REDIS_URL: z
    .undefined({ error: "is not supported yet and follows later; unset it. Runs are queued inside the process" })
    .optional()
    .describe("Redis as the queue between processes. Follows later; refused until then."),
});

export const serverSettings = z.object({
  ...listenSettings.shape,
  ...securitySettings.shape,
  ...doorSettings.shape,
  ...operationsSettings.shape,
  ...consentSettings.shape,
  ...mailSettings.shape,
  ...singleSignOnSettings.shape,
  ...storeSettings.shape,
  ...laterSettings.shape,
});

type Read = z.output<typeof serverSettings>;
type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<CamelCase<Rest>>}` : Text;
type NameOf<Variable extends string> = CamelCase<Lowercase<Variable extends `MILLRACE_${infer Own}` ? Own : Variable>>;
type Named = Defined<{ [Variable in keyof Read as NameOf<Variable>]: Read[Variable] }>;

/** The settings as the server uses them: MILLRACE_HOOK_RATE as `hookRate`, DATABASE_URL as `databaseUrl`. */
export type Settings = Omit<Named, "data" | "localSignIn"> & {
  /** MILLRACE_DATA, as a whole path. */
  dataDir: string;
  /** Whether a one-time link opens the page without an account; `auto` is decided already. */
  localSignIn: boolean;
};

/** Reads the settings of an environment; all faults are reported together. */
export function readServerSettings(env: Record<string, string | undefined>): Settings {
  const { data, localSignIn, ...settings } = named(readSettings(serverSettings, env));
  return {
    ...settings,
    dataDir: resolve(data),
    localSignIn: localSignIn === "auto" ? isOnThisMachineOnly(settings) : localSignIn === "on",
  };
}

const named = (read: Read): Named =>
  Object.fromEntries(Object.entries(read).map(([variable, value]) => [nameOf(variable), value])) as Named;

const nameOf = (variable: string): string =>
  variable
    .replace(/^MILLRACE_/, "")
    .toLowerCase()
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function bytesOf(text: string): number {
  return Math.round(parseFloat(text) * (/k/i.test(text) ? 1024 : 1024 ** 2));
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function addressRanges(text: string, context: z.RefinementCtx): IpRanges {
  try {
    return ipRanges(list(text));
  } catch (error) {
    context.addIssue({ code: "custom", message: `${(error as Error).message}. Use addresses, ranges such as 10.0.0.0/8, or 'loopback'` });
    return z.NEVER;
  }
}

function isPostgresAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === "postgres:" || protocol === "postgresql:") && hostname !== "";
}

function isKeyRing(text: string): boolean {
  return list(text).every((key) => Buffer.from(key, "base64").length === 32);
}
