import { successorOf } from "#catalog/deprecation.ts";
import { nearest } from "#catalog/nearest.ts";
import { lackingScopes, wantedAccess } from "#catalog/permits.ts";
import type { Operation } from "#catalog/types.ts";
import { defined } from "#kernel/defined.ts";
import { errorCodes } from "#kernel/errors.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import type { LintCause, LintFinding } from "../types/lint.ts";
import { loginOf, type Place } from "./spots.ts";
import type { LintConnection, LintReader } from "./types.ts";

/** What a flow may name in place of a connection: those of the app; and what one was called that was removed. */
export interface OtherLogins {
  names: readonly string[];
  removed: string | null;
}

/** What keeps a place's login from working, whatever is asked with it. */
export function loginFindings(place: Place, connection: LintConnection | null, { names: others, removed }: OtherLogins): LintFinding[] {
  const tell = causedBy("login", place, teller(place, "connection"));
  const name = loginOf(place);
  const near = nearest(place.connection ?? "", others);
  const choices = [...new Set([...(near === undefined ? [] : [near]), ...others])];
  const instead = choices.length > 0 && { repair: { from: place.connection ?? "", choices, near: near !== undefined } };
  if (!connection) {
    const fix =
      near === undefined
        ? "Add it under Connections, or name another one here."
        : `Did you mean '${near}'? If not, add it under Connections.`;
    const cause = causeOf("connection", place);
    const problem = removed === null ? `there is no connection ${name}` : `the connection '${removed}' was removed`;
    return [
      {
        ...tell("error", problem, fix),
        ...instead,
        ...defined({ cause: cause && { ...cause, ...defined({ title: removed ?? undefined }) } }),
      },
    ];
  }
  if (connection.app !== place.app)
    return [
      {
        ...teller(place, "connection")(
          "error",
          `the connection ${name} belongs to ${connection.app}, and this is for ${place.app}`,
          "Name another one here.",
        ),
        ...instead,
      },
    ];
  const why = connection.reason ? `: ${connection.reason.replace(/\.$/, "")}` : "";
  if (connection.status === "broken")
    return [tell("error", `the login of ${name} is broken${why}`, `Reconnect ${name} under Connections.`)];
  if (connection.status === "failed") {
    const heals = connection.problem !== undefined && errorCodes[connection.problem].retry;
    return [
      tell(heals ? "warning" : "error", `the last test of ${name} failed${why}`, `Look at ${name} under Connections and test it again.`),
    ];
  }
  if (connection.status === "paused")
    return [tell("error", `the sub-account of ${name} is not active${why}`, "Have it turned on again; the login is kept.")];
  if (connection.status === "expiring")
    return [tell("warning", `the login of ${name} ends soon${why}`, `Reconnect ${name} under Connections.`)];
  return [];
}

/** What an operation asks of a login, and that its days are counted. */
export function operationFindings(
  place: Place,
  operation: Operation,
  connection: LintConnection | null,
  app: { title: string },
  find: LintReader["operation"],
): LintFinding[] {
  const tell = teller(place, "operation");
  const findings = deprecationFindings(tell, operation, app, find);
  const access = connection && wantedAccess(operation, connection);
  const login = loginOf(place);
  if (connection && !access && connection.status !== "failed") findings.push(...placeFindings(place, operation, connection));
  if (access) findings.push(tell("error", `${operation.title} needs ${access}, and ${login} is none`, "Connect one, and name it here."));
  if (!access) findings.push(...scopeFindings(place, operation, connection, app));
  return findings;
}

/** The scopes that a place's connection lacks for an operation: its own, or a read that is made before it. */
export function scopeFindings(
  place: Place,
  operation: Operation,
  connection: LintConnection | null,
  app: { title: string },
): LintFinding[] {
  const scopes = connection ? lackingScopes(operation, connection) : [];
  if (scopes.length === 0) return [];
  const { title, scopesLikely } = operation;
  const login = loginOf(place);
  const finding = teller(place, "operation")(
    scopesLikely ? "warning" : "error",
    `${title} ${scopesLikely ? "most likely " : ""}needs the scope ${scopes.join(", ")}, which ${login} lacks`,
    `Add it in ${app.title} and connect ${login} again.`,
  );
  return [{ ...finding, ...defined({ renew: place.connection, cause: causeOf("scope", place, scopes.join(", ")) }) }];
}

/** The sub-account or agency that a step works in comes from its connection, unless the step names it itself. */
function placeFindings(place: Place, { title, input }: Operation, connection: LintConnection): LintFinding[] {
  const lacking = input.find(
    ({ name, required, fill }) =>
      required && fill && "connection" in fill && connection[fill.connection] === undefined && (place.input[name] ?? null) === null,
  );
  if (!lacking?.fill || !("connection" in lacking.fill)) return [];
  const thing = lacking.fill.connection === "locationId" ? "sub-account" : "agency";
  const problem = `${title} works in one ${thing}, and the connection ${loginOf(place)} does not say which`;
  const finding = causedBy("login", place, teller(place, "connection"))(
    "error",
    problem,
    `Put the ${thing} id into ${loginOf(place)} under Connections.`,
  );
  return [finding];
}

function deprecationFindings(tell: Tell, operation: Operation, app: { title: string }, find: LintReader["operation"]): LintFinding[] {
  if (!operation.deprecated) return [];
  const successor = successorOf(operation, find);
  const problem = `${app.title} has deprecated ${operation.title} (${operation.id})`;
  return [tell("warning", problem, successor ? `Use ${successor} instead.` : "It still works, and there is none in its place.")];
}

/** Whether the events a webhook trigger waits for can come at all. */
export async function webhookFindings(
  place: Place,
  { inbox }: TriggerDefinition,
  connection: LintConnection | null,
  reader: LintReader,
): Promise<LintFinding[]> {
  const webhook = reader.webhook(place.app, place.operation);
  const app = reader.app(place.app);
  if (!webhook || !app?.inbox) return webhook && app && connection ? proofFindings(place, app.title, reader) : [];
  const inboxes = await reader.inboxes(place.app);
  const findings = inboxFindings(teller(place, "inbox"), app.title, inboxes, inbox);
  const scopes = connection ? lackingScopes({ scopes: webhook.scopes ?? [] }, connection) : [];
  if (scopes.length > 0) {
    const problem = `${app.title} sends ${webhook.title} to apps with the scope ${scopes.join(", ")}, which ${loginOf(place)} lacks`;
    const fix = `Add it to the app in ${app.title} and connect ${loginOf(place)} again.`;
    const cause = causeOf("scope", place, scopes.join(", "));
    findings.push({ ...teller(place, "operation")("warning", problem, fix), ...defined({ renew: place.connection, cause }) });
  }
  return findings;
}

/** Without the secret, every event of the app is refused. */
async function proofFindings(place: Place, app: string, reader: LintReader): Promise<LintFinding[]> {
  const field = await reader.missingProof?.(place.connection ?? "", place.app, place.operation);
  if (field === null || field === undefined) return [];
  const login = loginOf(place);
  const problem = `the login of ${login} has no ${field}, by which the events of ${app} are checked: all of them are refused`;
  const finding = teller(place, "connection")("error", problem, `Give ${login} a new login with it under Connections.`);
  return [{ ...finding, ...defined({ cause: causeOf("login", place) }) }];
}

function inboxFindings(
  tell: Tell,
  app: string,
  inboxes: readonly { name: string; all: boolean }[],
  wanted: string | undefined,
): LintFinding[] {
  const names = inboxes.map(({ name }) => name);
  const startedBy = inboxes.filter(({ all }) => all).map(({ name }) => name);
  if (names.length === 0)
    return [
      tell(
        "error",
        `no inbox takes the events of ${app}, so none can come`,
        "Add an inbox, and give its address to your app in the portal.",
      ),
    ];
  if (wanted !== undefined && !names.includes(wanted))
    return [
      tell("error", `there is no inbox '${wanted}'`, `There is ${names.map((name) => `'${name}'`).join(", ")}: name one of them, or none.`),
    ];
  if (wanted === undefined && startedBy.length > 1)
    return [
      tell(
        "warning",
        `events of ${startedBy.length} inboxes start this flow: an app that is in both counts twice`,
        `Say which with 'inbox': ${startedBy.join(", ")}.`,
      ),
    ];
  return [];
}

export type Tell = (level: LintFinding["level"], problem: string, fix: string) => LintFinding;

const teller =
  ({ at, step }: Place, key: string): Tell =>
  (level, problem, fix) => ({ level, at: `${at}.${key}`, step, field: null, problem, fix });

/** What several places share, where it lies with the connection. */
export const causeOf = (kind: LintCause["kind"], { app, connection }: Place, of?: string): LintCause | undefined =>
  connection === undefined ? undefined : { kind, app, connection, ...defined({ of }) };

const causedBy =
  (kind: LintCause["kind"], place: Place, tell: Tell): Tell =>
  (...said) => ({ ...tell(...said), ...defined({ cause: causeOf(kind, place) }) });
