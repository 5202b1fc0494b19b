import { loginKinds } from "#catalog/logins/kinds.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { toMillraceError, type ErrorCode, type MillraceError } from "#kernel/errors.ts";
import { expiryOf } from "./credentials.ts";
import { OpenedSecrets, type Opened } from "./opened.ts";
import { Refresher, type RefresherParts } from "./refresher.ts";
import { proven, healthAfter, unreadable, type ConnectionHealth } from "./status.ts";
import type { Credentials } from "./types.ts";

/** Which call an answer belongs to, as far as it says something of the login. */
export interface AnsweredTo {
  /** The version of the credentials that were sent. */
  version: number;
  /** Whether the request named the connection's own sub-account or agency. */
  namesOwnPlace: () => boolean;
  status?: number;
}

/** Logs requests in. Implements the outbound client's port. */
export interface Authorizer {
  authorize(connection: ConnectionFacts): Promise<Credentials>;
  renew(connection: ConnectionFacts, used: Credentials): Promise<Credentials>;
  /** One text of a secret, by which what comes in is checked; empty where it has none of the name. */
  textOf(connection: ConnectionFacts, name: string): Promise<string>;
  /** Called after each answer to a call that was logged in: the refusal's code, or null when it was accepted. */
  answered(connection: ConnectionFacts, verdict: ErrorCode | null, to?: AnsweredTo): void;
  /** Renews a login that ends within so long, whether or not anybody uses it, unless another process does. Throws what renewing throws. */
  renewAhead(connection: ConnectionFacts, withinMs: number): Promise<void>;
  /** Goes on with renewals that a crash interrupted, here or in another process. */
  resumeRenewals(): Promise<void>;
  /** Drops what is remembered of a connection, because it was changed here. */
  forget(connectionId: string): void;
}

/** A token is renewed this long before it ends, behind the calls that still use it… */
const earlyMs = 300_000;
/** …and this long before it ends, calls wait for the new one. */
const lateMs = 30_000;
/** How often a working login is written down as working. */
const usedEveryMs = 60_000;

/** `post` asks the login server and must give up within fifteen seconds. */
export function createAuthorizer(parts: RefresherParts): Authorizer {
  const { clock, log } = parts;
  const secrets = new OpenedSecrets(parts);
  const refresher = new Refresher(parts, secrets);

  const authorize = async (facts: ConnectionFacts): Promise<Credentials> => {
    const opened = secrets.fresh(facts.id) ?? (await secrets.read(facts));
    const { credentials, secret, version } = opened;
    if (!loginKinds[opened.connection.auth].renewal) return credentials;
    const dead = refresher.hopeless(opened);
    if (dead) throw dead;
    const left = secret["accessToken"] ? (expiryOf(secret) ?? Infinity) - clock.now() : 0; // a client has none before its first call
    if (left > earlyMs || (left > 0 && !credentials.renewable)) return credentials;
    if (left > lateMs) {
      renewBehind(facts, opened);
      return credentials;
    }
    return refresher.refresh(facts, version).then(
      (renewed) => renewed.credentials,
      (error: unknown) => (left > 0 ? credentials : Promise.reject(error)), // it still works for a moment
    );
  };
  const renewBehind = (facts: ConnectionFacts, opened: Opened): void => {
    if (!refresher.mayTry(opened)) return;
    refresher.refresh(facts, opened.version).catch((error: unknown) => {
      log.warn({ connection: facts.name, err: toMillraceError(error) }, "the login was not renewed ahead of time; it still works");
    });
  };

  return {
    authorize: (facts) =>
      authorize(facts).catch((error: unknown) => {
        noteUnreadable(parts, facts, toMillraceError(error));
        throw error;
      }),
    async renew(facts, used) {
      refresher.refused(facts.id, used.version);
      return (await refresher.refresh(facts, used.version)).credentials;
    },
    textOf: async (facts, name) => (secrets.fresh(facts.id) ?? (await secrets.read(facts))).secret[name] ?? "",
    async renewAhead(facts, withinMs) {
      const opened = await secrets.read(facts);
      const end = expiryOf(opened.secret);
      if (!opened.credentials.renewable || end === undefined || end - clock.now() > withinMs) return;
      if (refresher.hopeless(opened) === undefined && refresher.mayTry(opened)) await refresher.refreshUnlessRenewed(facts, opened.version);
    },
    resumeRenewals: () => refresher.resume(),
    answered: (facts, code, used) => noteAnswer(parts, secrets, facts, code, used),
    forget(id) {
      secrets.forget(id);
      refresher.forget(id);
    },
  };
}

/** What an answer says of the login, at once where it changes anything. */
function noteAnswer(
  { clock, catalog, onDoubt }: RefresherParts,
  secrets: OpenedSecrets,
  facts: ConnectionFacts,
  code: ErrorCode | null,
  used: AnsweredTo | undefined,
): void {
  const opened = secrets.peek(facts.id);
  if (!opened || (used && used.version !== opened.version)) return; // an answer to the secret before this one
  const { connection, credentials } = opened;
  const now = clock.now();
  if (code === null) return noteSuccess(secrets, opened, now, used?.namesOwnPlace);
  if (credentials.renewable && code !== "CONNECTION_PAUSED") return; // renewing it will tell
  const title = catalog.of(connection.workspaceId).app(connection.app)?.title ?? connection.app;
  const after = healthAfter(code, title) ?? (loginKinds[connection.auth].holdsAddresses ? urlRefused(code, title) : undefined);
  if (after && (after.status !== connection.status || after.problem !== connection.problem))
    secrets.note(opened, { ...after, checkedAt: now, checkedBy: "call", lastUsedAt: now });
  else if (now - (connection.lastUsedAt ?? 0) >= usedEveryMs) secrets.note(opened, { lastUsedAt: now });
  if (isDoubtful(code, used)) onDoubt?.(connection, code);
}

/** A good answer shows that the login works; while it does, that is written down once a minute. */
function noteSuccess(secrets: OpenedSecrets, opened: Opened, now: number, namesOwnPlace?: () => boolean): void {
  const { status, problem, checkedAt = 0, lastUsedAt = 0 } = opened.connection;
  if (status === "failed" && problem !== undefined && placeProblems.has(problem) && namesOwnPlace?.() === false) {
    // Good for something, but not for the sub-account it is meant for.
    if (now - lastUsedAt >= usedEveryMs) secrets.note(opened, { lastUsedAt: now });
    return;
  }
  const after = proven(opened.connection, now);
  if (after.status === status && now - checkedAt < usedEveryMs && now - lastUsedAt < usedEveryMs) return;
  secrets.note(opened, { ...after, checkedAt: now, checkedBy: "call", lastUsedAt: now });
}

const placeProblems = new Set<ErrorCode>(["WRONG_LOCATION", "CONNECTION_WRONG_KIND"]);

/** Where the address is the login, an address that is not there any more is a login that was taken back. */
function urlRefused(code: ErrorCode, app: string): ConnectionHealth | undefined {
  if (code !== "OUTBOUND_NOT_FOUND") return undefined;
  return { status: "broken", problem: code, reason: `${app} no longer knows one of the addresses. Copy them from ${app} again.` };
}

/** One refusal may be about the address asked and not about the login: 401 at a single address, or another sub-account's record. */
function isDoubtful(code: ErrorCode, used: AnsweredTo | undefined): boolean {
  if (code === "WRONG_LOCATION") return used?.namesOwnPlace() === true;
  return code === "OUTBOUND_REFUSED" && used?.status === 401;
}

/** The key a secret was sealed with is gone: no call can be made, and nobody would learn it from an answer. */
function noteUnreadable({ store, clock, log, onStatus }: RefresherParts, facts: ConnectionFacts, error: MillraceError): void {
  if (error.code !== "SECRET_UNREADABLE") return;
  const write = async () => {
    const connection = await store.get(facts.workspaceId, facts.id);
    if (!connection || connection.problem === error.code) return;
    const now = clock.now();
    await store.update(facts.workspaceId, facts.id, { ...unreadable(error), checkedAt: now, checkedBy: "call", updatedAt: now });
    onStatus?.({ ...connection, ...unreadable(error) }, connection.status);
  };
  write().catch((err: unknown) => log.warn({ connection: facts.name, err: toMillraceError(err) }, "a connection's status was not written"));
}
