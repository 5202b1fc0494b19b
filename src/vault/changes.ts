import { settingsProblem, withUsualValues } from "#catalog/address.ts";
import { isOpen } from "#catalog/login.ts";
import { isHeaderName } from "#catalog/definition-texts.ts";
import { loginKinds, loginSettings, type AuthScheme } from "#catalog/logins/kinds.ts";
import { canonicalJson } from "#kernel/json.ts";
import { loginPlace } from "#kernel/login-place.ts";
import { bad, checkCharacters, checkSecret, checkUrl, withoutEnds } from "./credentials.ts";
import type { Connection, ConnectionChange, LoginApp, NewConnection, Secret } from "./types.ts";

/** The secret as it is kept. Throws BAD_INPUT naming what is wrong with it, or with the facts it comes with. */
export function checkedSecret(
  app: LoginApp | undefined,
  facts: Pick<NewConnection, "app" | "auth" | "baseUrl" | "settings">,
  pasted: Secret,
): Secret {
  if (!app) throw bad("app", `there is no app '${facts.app}'`);
  const scheme = app.auth.find(({ kind }) => kind === facts.auth);
  if (!scheme) throw bad("auth", `${app.title} takes ${app.auth.map((s) => s.kind).join(" or ")}`);
  checkAddress(app, facts);
  checkSettings(facts.settings);
  const secret = withoutEnds(scheme, pasted);
  checkSecret(scheme, secret);
  return secret;
}

/** The fields of a secret that say who asks for a login at a page of the app, as they are kept. Throws BAD_INPUT naming what is wrong. */
export function checkedAsker(
  app: LoginApp,
  facts: Pick<NewConnection, "auth" | "baseUrl" | "settings">,
  scheme: AuthScheme,
  names: readonly string[],
  pasted: Secret,
): Secret {
  checkAddress(app, facts);
  checkSettings(facts.settings);
  const asker = withoutEnds(scheme, pasted);
  for (const name of names) if (!asker[name]) throw bad(`secret.${name}`, `is needed to ask for a login at ${app.title}`);
  for (const name of Object.keys(asker))
    if (!names.includes(name)) throw bad(`secret.${name}`, `comes from ${app.title} in the end, and is not asked for`);
  checkCharacters(asker); // at the end it would cost what the app granted
  return asker;
}

/** The facts of a login with the usual values of what it leaves open of the app's address. */
export const withUsual = <T extends Pick<NewConnection, "settings" | "baseUrl">>(app: LoginApp | undefined, facts: T): T => {
  const settings = app && facts.baseUrl === undefined ? withUsualValues(app, facts.settings) : facts.settings;
  return settings === undefined ? facts : { ...facts, settings };
};

/** A login that is sent along needs an address to be sent to; one that holds addresses has its own. */
function checkAddress(app: LoginApp, { auth, baseUrl, settings }: Pick<NewConnection, "auth" | "baseUrl" | "settings">): void {
  if (baseUrl !== undefined) return checkUrl("baseUrl", baseUrl);
  const wrong = settingsProblem(app, settings);
  if (wrong) throw bad(`settings.${wrong.name}`, wrong.problem);
  const isSentAlong = !isOpen(auth) && !loginKinds[auth].holdsAddresses;
  if (app.baseUrl === "" && isSentAlong) throw bad("baseUrl", "is needed: a login is only ever sent to the address it was made for");
}

function checkSettings(settings: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(settings)) {
    if (loginSettings[name] === "header" && !isHeaderName(value)) throw bad(`settings.${name}`, "is not the name of a header");
    if (loginSettings[name] === "address" && value !== "") checkUrl(`settings.${name}`, value);
  }
}

/** Whoever may change an address must not get the old secret sent there. */
export function refuseMove(app: LoginApp | undefined, current: Connection, change: Omit<ConnectionChange, "secret">): void {
  const { baseUrl, settings } = change;
  const moved = settings && movedVariable(app, current, settings);
  if (moved !== undefined && !isOpen(current.auth))
    throw bad("secret", "is needed again when the address changes: a login is only ever sent to the address it was made for");
  if (app && settings && baseUrl === undefined && current.baseUrl === undefined) checkAddress(app, { auth: current.auth, settings });
  // An address that is cleared moves the login as well: to the app's own, or to any that a step names.
  if ("baseUrl" in change && !isOpen(current.auth) && loginPlace(baseUrl) !== loginPlace(current.baseUrl)) {
    throw bad("secret", "is needed again when the address changes: a login is only ever sent to the address it was made for");
  }
  if (baseUrl !== undefined) checkUrl("baseUrl", baseUrl);
  if (settings && Object.keys(loginSettings).some((name) => settings[name] !== current.settings?.[name])) {
    throw bad("secret", "is needed again when it is sent under another name or to another address");
  }
}

/** The first part of the app's address that would be another one. */
const movedVariable = (app: LoginApp | undefined, current: Connection, settings: Readonly<Record<string, string>>): string | undefined =>
  app?.variables?.find(({ name }) => settings[name] !== current.settings?.[name])?.name;

/** Whether a change moves the connection to another account or address: then its last test no longer counts. */
export const isMoved = (current: Connection, change: Omit<ConnectionChange, "secret">): boolean =>
  (["baseUrl", "locationId", "companyId", "access"] as const).some((fact) => fact in change && change[fact] !== current[fact]) ||
  (change.settings !== undefined && canonicalJson(change.settings) !== canonicalJson(current.settings ?? {}));

/** A change with the settings that it leaves as they are; one that is set to nothing is taken out. */
export function withSettings<C extends Pick<ConnectionChange, "settings">>({ settings: before }: Connection, change: C): C {
  if (change.settings === undefined) return change;
  const settings = Object.fromEntries(Object.entries({ ...before, ...change.settings }).filter(([, value]) => value !== ""));
  return { ...change, settings };
}

/** The names a connection had; one that it takes again is no former name any more. */
export function renamed({ name, formerNames = [] }: Connection, next: string | undefined): Pick<Connection, "formerNames"> {
  if (next === undefined || next === name) return {};
  return { formerNames: [...new Set([...formerNames, name])].filter((former) => former !== next) };
}
