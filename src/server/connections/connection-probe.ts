import { baseAddressOf } from "#catalog/address.ts";
import { isOpen } from "#catalog/login.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import { plainHttp } from "#catalog/plain-http.ts";
import { textOf } from "#catalog/text.ts";
import type { App, ProbeRead } from "#catalog/types.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { getPath } from "#kernel/json.ts";
import { failedTest, proven, healthAfter, type ConnectionHealth } from "#vault/status.ts";
import type { Connection, Secret } from "#vault/types.ts";
import type { Draft } from "#vault/vault.ts";

/** What a test of a login came to. */
export interface Probe {
  ok: boolean;
  /** A sentence for people. */
  message: string;
  /** How the connection stands after it; null where it showed nothing. */
  health: ConnectionHealth | null;
  /** The error it ended with. */
  error?: MillraceError;
}

/** What a test needs to know of the connection's app. */
export type ProbedApp = Pick<App, "title"> & Partial<Pick<App, "baseUrl" | "variables" | "probe">>;

/** Makes one read. `open`: without the login. Throws errors of the table. */
export type ProbeCall = (app: string, operation: string, input: Record<string, unknown>, open?: boolean) => Promise<unknown>;

/** Tests a login with harmless reads. Nothing is ever written for a test. */
export async function probe({ connection, secret }: Draft, app: ProbedApp, call: ProbeCall, now: number): Promise<Probe> {
  const good = (message = "The login works."): Probe => ({ ok: true, message, health: proven(connection, now) });
  try {
    if (loginKinds[connection.auth].holdsAddresses) return await probeAddresses(app, originsOf(secret), call);
    const reads = readsFor(connection, app);
    if (reads.length > 0) return await probeReads(connection, reads, call, good);
    const baseUrl = baseAddressOf({ baseUrl: "", ...app }, connection) || undefined;
    return sayingWhy(await probeAddress({ ...connection, baseUrl }, call, good), connection, app);
  } catch (thrown) {
    return failed(toMillraceError(thrown), connection, app);
  }
}

/** The app's reads for this connection: some are for an agency, some for a sub-account. */
const readsFor = (connection: Connection, { probe: reads = [] }: ProbedApp): ProbeRead[] =>
  reads.filter(({ has, lacks }) => (!has || connection[has] !== undefined) && (!lacks || connection[lacks] === undefined));

/** The first read that is allowed decides. Each may ask for another scope, so a token with any of them can be tested. */
async function probeReads(connection: Connection, reads: readonly ProbeRead[], call: ProbeCall, good: () => Probe): Promise<Probe> {
  let lacking: unknown;
  for (const { operation, input = {}, place } of reads) {
    try {
      const answer = await call(connection.app, operation, input);
      if (place !== undefined) requirePlace(connection, answer, place);
      return good();
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== "SCOPE_MISSING") throw thrown;
      lacking ??= thrown;
    }
  }
  throw lacking;
}

/** Throws where a login sees one place alone and the connection does not say which: its steps would not know where to work. */
function requirePlace({ name, locationId, companyId }: Connection, answer: unknown, id: string): void {
  if (locationId !== undefined || companyId !== undefined || !Array.isArray(answer) || answer.length !== 1) return;
  const place = textOf(getPath(answer[0], id));
  throw new MillraceError("CONNECTION_WRONG_KIND", { details: { connection: name, operation: "the test", access: "a place", place } });
}

/** Addresses that are a secret themselves take writes only. Whether their host answers can be asked; the rest shows in the first call. */
async function probeAddresses({ title }: { title: string }, hosts: readonly string[], call: ProbeCall): Promise<Probe> {
  for (const origin of hosts) await statusOf(() => call(plainHttp.app, plainHttp.get, { url: origin }, true));
  return undecided(`${title} answers, but has nothing harmless to ask. The first real call will show whether its addresses work.`);
}

const originsOf = (secret: Secret): string[] => [
  ...new Set(Object.values(secret).flatMap((url) => (URL.canParse(url) ? [`${new URL(url).origin}/`] : []))),
];

/** An address of any kind: a login is proven where it opens what is closed without it, and disproved by a 401. */
async function probeAddress(
  { baseUrl, auth }: Pick<Connection, "auth"> & { baseUrl: string | undefined },
  call: ProbeCall,
  good: (message?: string) => Probe,
): Promise<Probe> {
  if (baseUrl === undefined) return undecided("There is no address to ask. The first real call will show whether this works.");
  const { host } = new URL(baseUrl);
  const answer = await statusOf(() => call(plainHttp.app, plainHttp.get, { url: baseUrl }));
  if (isOpen(auth)) return good(`${host} answers, and no login is needed.`);
  if (answer === 401)
    throw new MillraceError("CONNECTION_EXPIRED", {
      details: { app: host, connection: host, problem: "status 401", message: "status 401" },
    });
  if (answer >= 300)
    return undecided(`${host} answers, but its base address shows nothing of the login (status ${answer}). The first real call will.`);
  const without = await statusOf(() => call(plainHttp.app, plainHttp.get, { url: baseUrl }, true));
  if (without === 401 || without === 403) return good();
  return undecided(`${host} answers, but gives its base address to anybody, so this shows nothing of the login. The first real call will.`);
}

/** What a test could not decide for want of an operation to ask; plain HTTP has none by its nature. */
const sayingWhy = (result: Probe, connection: Connection, { title, probe: reads = [] }: ProbedApp): Probe =>
  result.health !== null || reads.length > 0 || connection.app === plainHttp.app
    ? result
    : { ...result, message: `${result.message} ${title} names no operation to test a login with; choose one on its page under Your apps.` };

const undecided = (message: string): Probe => ({ ok: true, message, health: null });

/** The status of an answer; what gave no answer, or a failing one, is thrown on. */
async function statusOf(ask: () => Promise<unknown>): Promise<number> {
  try {
    await ask();
    return 200;
  } catch (thrown) {
    const { row, details } = toMillraceError(thrown);
    if (row.retry || typeof details["status"] !== "number") throw thrown;
    return details["status"];
  }
}

function failed(error: MillraceError, connection: Connection, app: { title: string }): Probe {
  if (error.code === "QUOTA_WAIT" || error.code === "RATE_LIMITED")
    return { ok: false, message: `The login could not be tested just now: ${error.message} Test it again then.`, health: null, error };
  const vendorMessage = typeof error.details["message"] === "string" ? error.details["message"] : undefined;
  const health = healthAfter(error.code, app.title, vendorMessage) ?? failedTest(error, app.title, connection);
  return { ok: false, message: health.reason ?? error.message, health, error };
}
