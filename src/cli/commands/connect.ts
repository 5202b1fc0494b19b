import { InvalidArgumentError, Option, type Command } from "commander";
import type { Client } from "#api/client.ts";
import type { AppView, ConnectionBody, ConnectionPatch, ConnectionView, ConsentReplyBody, Overview } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { loginKindNames } from "#surfaces/login-kinds.ts";
import { isThisMachine, onlyHereSentence } from "#surfaces/own-address.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import { pick } from "../pick.ts";
import { findApp, loginOf, readSecret, type AuthKind, type Secret } from "../secrets.ts";
import { clean, count, paint } from "../text.ts";
import type { Tools } from "../tools.ts";
import { connectionLine, connectionPage, connectionTable, useOf } from "../views/connections.ts";

interface Json {
  json?: boolean;
}

const secretHelp = `
The secret is asked for at the keyboard, or read from standard input: a bare token, or a JSON object such as
{"username": "…", "password": "…"}. It is never given as an argument, and never shown again.`;

export function addConnectCommands(program: Command, tools: Tools): void {
  const connect = program
    .command("connect")
    .description("Logins to apps: list, show, add, sign in, send a reconnect link, test, edit, replace, remove");
  addList(connect, tools);
  addShow(connect, tools);
  addAdd(connect, tools);
  addSignIn(connect, tools);
  addLink(connect, tools);
  addWithdrawLink(connect, tools);
  addTest(connect, tools);
  addEdit(connect, tools);
  addReplaceSecret(connect, tools);
  addRemove(connect, tools);
}

const find = async (api: Client, wanted: string): Promise<ConnectionView> =>
  pick((await api.connections.list()).connections, wanted, "connection");
/** Tested first, unless the person said not to. */
const verifying = (test: boolean) => (test ? {} : { verify: "false" });

function addList(connect: Command, { api, show }: Tools): void {
  const command = withJson(connect.command("list").description("All connections, without their secrets")).action(async ({ json }: Json) => {
    const { connections } = await api().connections.list();
    show(connections, json, (paper) => connectionTable(connections, paper));
  });
  withExamples(command, "millrace connect list");
}

function addShow(connect: Command, { api, show }: Tools): void {
  const command = withJson(
    connect.command("show").description("One connection: whether it works, and which flows use it").argument("<name>", "its name or id"),
  ).action(async (name: string, { json }: Json) => {
    const connection = await find(api(), name);
    const outages = keepsWaiting(connection) ? await outagesOf(api()) : [];
    show(connection, json, (paper) => connectionPage(connection, paper, outages));
  });
  withExamples(command, "millrace connect show acme");
}

const keepsWaiting = ({ status, problem }: ConnectionView): boolean =>
  status === "broken" || status === "paused" || problem === "SECRET_UNREADABLE";

/** None where the key may not look. */
const outagesOf = (api: Client): Promise<Overview["outages"]> =>
  api.overview.get().then(
    ({ outages }) => outages,
    () => [],
  );

interface AddOptions extends Json {
  test: boolean;
  app?: string;
  auth?: AuthKind;
  title?: string;
  baseUrl?: string;
  location?: string;
  company?: string;
  access?: "location" | "agency";
  scopes?: string[];
  setting?: Record<string, string>;
}

function addAdd(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect
      .command("add")
      .description("Add a connection; it is tested before it is saved")
      .argument("<name>", "how flows will call it: small letters, digits and dashes")
      .option("--app <id>", "the app it logs in to; the main one by default")
      .addOption(new Option("--auth <kind>", "the kind of login; the app's usual one by default").choices(loginKindNames))
      .option("--title <text>", "how people will call it")
      .option("--base-url <url>", "where the app is, when not where it usually is")
      .option("--location <id>", "the id of the sub-account, for an app that has them")
      .option("--company <id>", "the id of the agency, for an app that has them")
      .addOption(new Option("--access <kind>", "what the login is for, where an app tells them apart").choices(["location", "agency"]))
      .option("--scopes <list>", "the scopes it has, separated by commas", splitList)
      .option("--setting <name=value>", "a setting of the login; may be given several times", collectSetting)
      .option("--no-test", "save it without a working test"),
  ).action(async (name: string, options: AddOptions) => {
    const app = await findApp(api(), options.app);
    const login = loginOf(app, options.auth);
    const secret = await readSecret(login, terminal);
    const body = { ...bodyOf(name, options), app: app.id, auth: login.kind, secret };
    const added = await api().connections.add({ body, query: verifying(options.test) });
    const untested = added.status === "untested" ? `\n${added.reason ?? `Test it: millrace connect test ${added.name}`}` : "";
    show(added, options.json, () => `${connectionLine("Added", added)}${untested}`);
  });
  command.addHelpText("after", secretHelp);
  withExamples(
    command,
    "millrace connect add acme --location ve9AcmeDentalQ2m8sT1 < token.txt",
    "millrace connect add erp --app http --auth basic --base-url https://erp.example.com",
  );
}

interface SignInOptions extends Json {
  app?: string;
  baseUrl?: string;
  scopes?: string[];
  setting?: Record<string, string>;
}

function addSignIn(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect
      .command("sign-in")
      .description("Sign in at the app's own page, for a new connection or a new login of one")
      .argument("[name]", "the connection that gets a new login, or how people will call a new one")
      .option("--app <id>", "the app it logs in to; the main one by default")
      .option("--base-url <url>", "where the app is, when not where it usually is")
      .option("--scopes <list>", "the scopes to ask for, separated by commas; what flows need by default", splitList)
      .option(
        "--setting <name=value>",
        "a setting of a new login, such as a part of the app's address; may be given several times",
        collectSetting,
      ),
  ).action(async (name: string | undefined, options: SignInOptions) => {
    if (!terminal.interactive) throw usage("Signing in takes a person at the keyboard and a browser");
    const connection = (await api().connections.list()).connections.find((each) => each.id === name || each.name === name);
    const app = await findApp(api(), connection?.app ?? options.app);
    const { redirectUri, scopes } = await api().consents.needs({ query: { app: app.id, ...defined({ connection: connection?.id }) } });
    const asked = options.scopes ?? scopes.filter(({ needed, granted }) => needed || granted).map(({ scope }) => scope);
    const begun = connection ? { connection: connection.id } : await askerOf(app, name, options);
    const { url } = await api().consents.begin({ body: { ...begun, scopes: asked } });
    terminal.err(
      `${clean(app.title)} must know this redirect address: ${redirectUri}\n\nOpen this page, and allow the login:\n\n  ${url}\n`,
    );
    const back = await terminal.ask.secret("Then paste the address that the page in the browser shows");
    const connected = await api().consents.finish({ body: replyIn(back) });
    show(connected, options.json, () => connectionLine("Signed in", connected));
  });
  withExamples(
    command,
    'millrace connect sign-in "Acme Dental" --scopes contacts.readonly,contacts.write',
    "millrace connect sign-in acme",
  );

  /** A new connection: the client that asks is typed. */
  async function askerOf(app: AppView, title: string | undefined, { baseUrl, setting }: SignInOptions) {
    const login = app.logins.find(({ consent }) => consent !== null);
    if (!login?.consent) throw usage(`${app.title} has no page at which a login is allowed. Add it with: millrace connect add`);
    const secret = await readSecret({ ...login, fields: login.consent.asker }, terminal);
    return { app: app.id, auth: login.kind, secret, ...defined({ title, baseUrl, settings: setting }) };
  }
}

function addLink(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect
      .command("link")
      .description("Create a link by which somebody without an account here gives a connection a new login, once")
      .argument("<name>", "its name or id")
      .option("--days <number>", "for how many days it can be used: 1 to 30", Number, 7),
  ).action(async (name: string, { json, days }: Json & { days: number }) => {
    const connection = await find(api(), name);
    const link = await api().connections.createReconnectLink({ id: connection.id, body: { days } });
    show(
      link,
      json,
      () => `${link.url}\n\nIt works once, within ${count(days, "day")}. It replaces any earlier link of '${clean(connection.name)}'.`,
    );
    if (isThisMachine(link.url)) terminal.err(onlyHereSentence(link.url));
  });
  withExamples(command, "millrace connect link acme", "millrace connect link acme --days 1");
}

function addWithdrawLink(connect: Command, { api, show }: Tools): void {
  const command = withJson(
    connect.command("withdraw-link").description("Withdraw the reconnect link of a connection").argument("<name>", "its name or id"),
  ).action(async (name: string, { json }: Json) => {
    const { id, name: called } = await find(api(), name);
    await api().connections.withdrawReconnectLink({ id });
    show({ withdrawn: id }, json, () => `Withdrawn: the reconnect link of '${clean(called)}'`);
  });
  withExamples(command, "millrace connect withdraw-link acme");
}

/** What an app sent the browser back with, in the address at which it ended up. */
function replyIn(address: string): ConsentReplyBody {
  const query = URL.canParse(address.trim()) ? new URL(address.trim()).searchParams : new URLSearchParams();
  const state = query.get("state");
  if (state === null) throw usage("That is not the whole address: it has no 'state'. Copy all of it");
  const error = query.get("error");
  const refusal = (error === "access_denied" ? error : (query.get("error_description") ?? error)) ?? undefined;
  return { state, ...defined({ code: query.get("code") ?? undefined, refusal, issuer: query.get("iss") ?? undefined }) };
}

function addTest(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect.command("test").description("Try the login with a harmless read").argument("<name>", "its name or id"),
  ).action(async (name: string, { json }: Json) => {
    const result = await api().connections.test({ id: (await find(api(), name)).id });
    show(result, json, (paper) => paint(paper, result.ok ? "green" : "red", clean(result.message)));
    if (!result.ok) terminal.exitCode = 1;
  });
  withExamples(command, "millrace connect test acme");
}

interface EditOptions extends Json {
  test: boolean;
  secret?: boolean;
  name?: string;
  title?: string;
  baseUrl?: string;
  location?: string;
  company?: string;
}

function addEdit(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect
      .command("edit")
      .description("Change a connection's name, title, sub-account or address; flows that use the old name keep working")
      .argument("<name>", "its name or id")
      .option("--name <name>", "how flows will call it")
      .option("--title <text>", "how people will call it")
      .option("--location <id>", "the id of the sub-account; empty to clear it")
      .option("--company <id>", "the id of the agency; empty to clear it")
      .option("--base-url <url>", "where the app is")
      .option("--secret", "give a new secret as well, which an address on another host needs")
      .option("--no-test", "save a change of sub-account or address without a working test"),
  ).action(async (name: string, { json, test, secret, ...options }: EditOptions) => {
    const patch = patchOf(options);
    if (Object.keys(patch).length === 0) throw usage("Say what to change: --name, --title, --location, --company or --base-url");
    const connection = await find(api(), name);
    const login = secret ? { secret: await newSecret(api(), connection, terminal) } : {};
    const changed = await api().connections.change({ id: connection.id, body: { ...patch, ...login }, query: verifying(test) });
    show(changed, json, () => connectionLine("Changed", changed));
  });
  command.addHelpText("after", secretHelp);
  withExamples(command, "millrace connect edit acme --name acme-dental", "millrace connect edit acme --location ve9AcmeDentalQ2m8sT1");
}

const patchOf = ({ name, title, baseUrl, location, company }: Omit<EditOptions, "test" | "json" | "secret">): ConnectionPatch => ({
  ...defined({ name, title, baseUrl }),
  ...(location !== undefined && { locationId: location === "" ? null : location }),
  ...(company !== undefined && { companyId: company === "" ? null : company }),
});

function addReplaceSecret(connect: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    connect
      .command("replace-secret")
      .description("Give a connection a new secret; it is tested before the old one goes")
      .argument("<name>", "its name or id")
      .option("--no-test", "replace it without a working test"),
  ).action(async (name: string, { json, test }: Json & { test: boolean }) => {
    const connection = await find(api(), name);
    const changed = await api().connections.change({
      id: connection.id,
      body: { secret: await newSecret(api(), connection, terminal) },
      query: verifying(test),
    });
    show(changed, json, () => connectionLine("Replaced the secret of", changed));
  });
  command.addHelpText("after", secretHelp);
  withExamples(command, "millrace connect replace-secret acme < token.txt");
}

function addRemove(connect: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    connect
      .command("remove")
      .description("Remove a connection and forget its secret")
      .argument("<name>", "its name or id")
      .option("-y, --yes", "do not ask")
      .option("--force", "also where flows use it: their runs fail from then on"),
  ).action(async (name: string, { yes, force = false, json }: Json & { yes?: boolean; force?: boolean }) => {
    const connection = await find(api(), name);
    const used = connection.usedBy.flows.length > 0 ? `${useOf(connection)}\n` : "";
    await confirm(`${used}Remove the connection '${connection.name}' and forget its secret?`, yes);
    await api().connections.remove({ id: connection.id, query: { force: String(force ?? false) } });
    show({ removed: connection.id }, json, () => `Removed: ${connection.name} (${connection.app})`);
  });
  withExamples(command, "millrace connect remove acme");
}

/** The secret in place of a connection's old one. */
async function newSecret(api: Client, { app, auth }: ConnectionView, terminal: Tools["terminal"]): Promise<Secret> {
  return readSecret(loginOf(await findApp(api, app), auth as AuthKind), terminal);
}

function bodyOf(name: string, options: AddOptions): Omit<ConnectionBody, "app" | "auth" | "secret"> {
  const { title, baseUrl, location, company, access, scopes, setting } = options;
  return {
    name,
    ...defined({ title, baseUrl, locationId: location, companyId: company, access, scopes, settings: setting }),
  };
}

const splitList = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

function collectSetting(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write it as name=value.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
