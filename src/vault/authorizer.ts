import type { ConnectionFacts } from "#catalog/types.ts";
import { toMillraceError, type ErrorCode } from "#kernel/errors.ts";
import { OpenedSecrets, type Opened } from "./opened.ts";
import { Refresher, type RefresherParts } from "./refresher.ts";
import { standingAfter } from "./status.ts";
import type { Credentials } from "./types.ts";

/** Logs requests in. Implements the outbound client's port. */
export interface Authorizer {
  authorize(connection: ConnectionFacts): Promise<Credentials>;
  renew(connection: ConnectionFacts, used: Credentials): Promise<Credentials>;
  heard(connection: ConnectionFacts, verdict: ErrorCode | null): void;
  /** Drops what is remembered of a connection, because it was changed here. */
  forget(connectionId: string): void;
}

/** A token is renewed this long before it ends, behind the calls that still use it… */
const earlyMs = 300_000;
/** …and this long before it ends, calls wait for the new one. */
const lateMs = 30_000;
const usedEveryMs = 600_000;

/** `post` asks the login server and must give up within fifteen seconds. */
export function createAuthorizer(parts: RefresherParts): Authorizer {
  const { clock, log, findApp } = parts;
  const secrets = new OpenedSecrets(parts);
  const refresher = new Refresher(parts, secrets);

  const authorize = async (facts: ConnectionFacts): Promise<Credentials> => {
    const opened = secrets.fresh(facts.id) ?? (await secrets.read(facts));
    const { credentials, secret, version } = opened;
    if (opened.connection.auth !== "oauth2") return credentials;
    const dead = refresher.hopeless(opened);
    if (dead) throw dead;
    const left = (secret.expiresAt ?? Infinity) - clock.now();
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
    authorize,
    async renew(facts, used) {
      refresher.refused(facts.id, used.version);
      return (await refresher.refresh(facts, used.version)).credentials;
    },
    heard(facts, code) {
      const opened = secrets.peek(facts.id);
      if (!opened) return;
      const { connection, credentials } = opened;
      if (code === null) return heardGood(secrets, opened, clock.now());
      if (credentials.renewable && code !== "CONNECTION_PAUSED") return; // renewing it will tell
      const after = standingAfter(code, findApp(connection.app)?.title ?? connection.app);
      if (after && after.status !== connection.status) secrets.note(opened, after);
    },
    forget(id) {
      secrets.forget(id);
      refresher.forget(id);
    },
  };
}

/** A good answer clears what a bad one wrote, and now and then tells that the login is in use. */
function heardGood(secrets: OpenedSecrets, opened: Opened, now: number): void {
  const { status, lastUsedAt = 0 } = opened.connection;
  if (status === "paused" || status === "broken") secrets.note(opened, { status: "connected", reason: undefined, lastUsedAt: now });
  else if (now - lastUsedAt > usedEveryMs) secrets.note(opened, { lastUsedAt: now });
}
