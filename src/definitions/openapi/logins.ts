/** The security schemes of a document as kinds of login. */
import { cutText } from "#kernel/characters.ts";
import { isHeaderName, isOfTransport } from "#catalog/definition-texts.ts";
import { authScheme, type AuthScheme } from "#catalog/logins/kinds.ts";
import type { DraftGuess } from "#api/schemas/app-drafts.ts";
import { canonicalJson, isObject } from "#kernel/json.ts";
import type { Notes } from "./notes.ts";
import type { Node, Refs } from "./refs.ts";
import { plainText } from "./words.ts";

/** How one logs in to an app, as far as the document says. */
export interface Logins {
  auth: AuthScheme[];
  guesses: DraftGuess[];
  /** What the logins send, which is no input of an operation: `header x-key`. */
  sent: ReadonlySet<string>;
  /** The names of the schemes by OAuth, whose scopes operations need. */
  oauth: ReadonlySet<string>;
}

interface Scheme {
  name: string;
  node: Node;
  at: string;
  /** Completes an address of the document that has no host. */
  address(value: unknown): string | undefined;
  notes: Notes;
}

/** What a scheme becomes: a login, with the reason where it was guessed; or the sentence why there is none. */
type Made = { login: AuthScheme; why?: string } | { problem: string };

/** Reads the security schemes. Where one kind of login is meant twice the first counts, because an app has one of each kind. */
export function loginsOf(root: Node, refs: Refs, notes: Notes, address: (value: unknown) => string | undefined): Logins {
  const components = isObject(root["components"]) ? root["components"] : {};
  const schemes = isObject(components["securitySchemes"]) ? components["securitySchemes"] : {};
  const logins = { auth: [] as AuthScheme[], guesses: [] as DraftGuess[], sent: new Set<string>(), oauth: new Set<string>() };
  for (const name of inOrder(root, schemes)) {
    const target = refs.follow(schemes[name], `components.securitySchemes.${name}`);
    if (!target) continue;
    const scheme: Scheme = { name, node: target.node, at: `components.securitySchemes.${name}`, address, notes };
    if (scheme.node["type"] === "apiKey") logins.sent.add(`${String(scheme.node["in"])} ${String(scheme.node["name"]).toLowerCase()}`);
    if (/^o(auth2|penIdConnect)$/i.test(String(scheme.node["type"]))) logins.oauth.add(name);
    for (const made of madeOf(scheme)) addLogin(logins, made, scheme);
  }
  if (logins.auth.length === 0) {
    logins.auth.push({ kind: "none" });
    if (Object.keys(schemes).length === 0)
      logins.guesses.push({ member: "auth", why: "The document describes no login, so the calls are made without one" });
  }
  noteCombinations(root, notes);
  return logins;
}

/** The schemes that the document uses by itself first: they are the usual login. */
function inOrder(root: Node, schemes: Node): string[] {
  const used = requirementsOf(root).flatMap((requirement) => Object.keys(requirement));
  return [...new Set([...used.filter((name) => Object.hasOwn(schemes, name)), ...Object.keys(schemes)])].slice(0, 100);
}

/** The security requirements of a document or an operation: one of them is enough. */
export const requirementsOf = (node: Node): Node[] => (Array.isArray(node["security"]) ? node["security"].filter(isObject) : []);

function noteCombinations(root: Node, notes: Notes): void {
  const both = requirementsOf(root).find((requirement) => Object.keys(requirement).length > 1);
  if (both)
    notes.add(
      "security",
      `Each call needs ${Object.keys(both).slice(0, 5).join(" and ")} at once. A connection has one login; send the other as a header of the app or of the step.`,
    );
}

function addLogin(logins: { auth: AuthScheme[]; guesses: DraftGuess[] }, made: Made, { at, notes }: Scheme): void {
  if ("problem" in made) return notes.add(at, made.problem);
  const read = authScheme.safeParse(made.login);
  if (!read.success)
    return notes.add(
      at,
      `This login cannot be used: ${read.error.issues[0]?.path.join(".") ?? ""} ${read.error.issues[0]?.message ?? ""}.`,
    );
  const same = logins.auth.find(({ kind }) => kind === read.data.kind);
  if (same && sentAs(same) === sentAs(read.data)) {
    if (made.why !== undefined) notes.add(at, `${made.why}; it is sent as '${titled(same)}' is, so the two are one login.`);
    return;
  }
  if (same) return notes.add(at, `An app has one login of each kind; this one of the kind '${read.data.kind}' is left out.`);
  if (made.why !== undefined) logins.guesses.push({ member: `auth.${logins.auth.length}`, why: made.why });
  logins.auth.push(read.data);
}

const titled = (login: AuthScheme): string => ("title" in login && login.title ? login.title : login.kind);

/** A login without its words: two that are sent in the same way are one. */
const sentAs = (login: AuthScheme): string => canonicalJson({ ...login, title: "", fields: [] });

function madeOf(scheme: Scheme): Made[] {
  const { node } = scheme;
  switch (node["type"]) {
    case "apiKey":
      return [apiKey(scheme)];
    case "http":
      return [http(scheme)];
    case "oauth2":
      return oauth(scheme);
    case "openIdConnect":
      return [
        { login: pasted(scheme, "Access token"), why: "The document names only a page about its login, so an access token is pasted" },
      ];
    case "mutualTLS":
      return [{ problem: "A login by a client certificate is not supported." }];
    default:
      return [{ problem: `The kind of login '${cutText(String(node["type"]), 40)}' is not known.` }];
  }
}

/** What people call the login: what the document says in a few words, else its usual name. */
function titleOf({ node, name }: Scheme, usual: string): string {
  const said = plainText(node["description"], 200);
  if (said !== undefined && said.length <= 40 && !/[.:]/.test(said)) return said;
  return /key|token/i.test(name) && name.length <= 30 ? (plainText(name.replace(/[_-]+/g, " "), 60) ?? usual) : usual;
}

const pasted = (scheme: Scheme, title: string): AuthScheme => ({
  kind: "token",
  title: titleOf(scheme, title),
  header: "Authorization",
  prefix: "Bearer ",
});

function apiKey(scheme: Scheme): Made {
  const { name, in: place } = scheme.node;
  if (typeof name !== "string" || name === "") return { problem: "This key has no name." };
  const title = titleOf(scheme, "API key");
  const fields = [{ name: "token", in: "secret" as const, label: "API key", required: true as const }];
  if (place === "query") return { login: { kind: "query", title, param: name, fields } };
  if (place === "cookie") return { login: { kind: "token", title, header: "Cookie", prefix: `${name}=`, fields } };
  if (place !== "header") return { problem: `A key is not sent in '${cutText(String(place), 40)}'.` };
  if (!isHeaderName(name) || isOfTransport(name)) return { problem: `The header '${cutText(name, 60)}' cannot hold a key.` };
  return { login: { kind: "header", title, header: name, fields } };
}

function http(scheme: Scheme): Made {
  const kind = String(scheme.node["scheme"]).toLowerCase();
  if (kind === "basic") return { login: { kind: "basic", title: titleOf(scheme, "User name and password") } };
  if (kind === "bearer") return { login: pasted(scheme, "Token") };
  return { problem: `A login by HTTP ${cutText(kind, 40)} is not supported.` };
}

const scopesOf = (flow: Node): string[] =>
  isObject(flow["scopes"])
    ? Object.keys(flow["scopes"])
        .filter((scope) => scope.trim() !== "" && scope.length <= 120)
        .slice(0, 300)
    : [];

/** The path of a token server, for a connection with an address of its own. */
const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname : "/");

function oauth(scheme: Scheme): Made[] {
  const flows = isObject(scheme.node["flows"]) ? scheme.node["flows"] : {};
  const made: Made[] = [];
  const { authorizationCode, clientCredentials } = flows;
  if (isObject(authorizationCode)) made.push(byCode(scheme, authorizationCode));
  if (isObject(clientCredentials)) made.push(byClient(scheme, clientCredentials));
  if (made.some((each) => "login" in each)) return made;
  const others = Object.keys(flows).filter((name) => name !== "authorizationCode" && name !== "clientCredentials");
  if (others.length === 0 && made.length > 0) return made;
  return [
    ...made,
    {
      login: pasted(scheme, "Access token"),
      why: `A login by the flow '${others.join(", ").slice(0, 60) || "none"}' is not made here, so an access token is pasted`,
    },
  ];
}

function byCode(scheme: Scheme, flow: Node): Made {
  const [authorizeUrl, tokenUrl] = [scheme.address(flow["authorizationUrl"]), scheme.address(flow["tokenUrl"])];
  if (authorizeUrl === undefined || tokenUrl === undefined)
    return { problem: "The addresses of this login by OAuth are missing or not complete." };
  return {
    login: { kind: "oauth2", title: titleOf(scheme, "OAuth"), authorizeUrl, tokenUrl, tokenPath: pathOf(tokenUrl), scopes: scopesOf(flow) },
  };
}

function byClient(scheme: Scheme, flow: Node): Made {
  const tokenUrl = scheme.address(flow["tokenUrl"]);
  if (tokenUrl === undefined) return { problem: "The address of the token server is missing or not complete." };
  const title = titleOf(scheme, "Client id and secret");
  return {
    login: {
      kind: "client",
      title,
      tokenUrl,
      tokenPath: pathOf(tokenUrl),
      scopes: scopesOf(flow),
      header: "Authorization",
      prefix: "Bearer ",
    },
  };
}
