import type { z } from "zod";
import type { LoginField } from "./field.ts";

type Texts = Readonly<Record<string, string>>;

/** What a login adds to a request. All of it is masked where the other side says it back. */
export interface SentLogin {
  /** By their names in lower case. */
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Addresses that are the login, by name: a request to `secret-url:<name>` goes to the one of that name. */
  urls?: Record<string, string>;
}

/** What a connection says of where its login is asked for. */
export interface LoginPlace {
  /** Its own base address, where it has one. */
  baseUrl?: string | undefined;
  settings?: Partial<Texts> | undefined;
}

/** How a login gets a new token when the old one ends. The secret keeps it as `accessToken`, `refreshToken` and `expiresAt`. */
export interface Renewal<Scheme> {
  /** Whether this secret can be renewed. */
  isPossible(secret: Texts): boolean;
  /** Where the token is asked for. */
  url(scheme: Scheme, place: LoginPlace): string;
  /** The form that is posted there. `access`: what the login is for, where the app tells that apart. */
  form(scheme: Scheme, secret: Texts, access: "location" | "agency" | undefined): Record<string, string>;
  /** The client that logs in to the login server by HTTP Basic, where that is not by members of the form. */
  client?(scheme: Scheme, secret: Texts): LoginClient | undefined;
}

/** Who asks a login server: the client of an app's registration. */
export interface LoginClient {
  id: string;
  secret: string;
}

/** What a person is asked to allow, at a page of the app. */
export interface ConsentAsk {
  /** Where the app sends the browser afterwards. */
  redirectUri: string;
  scopes: readonly string[];
  /** Comes back unchanged, and shows that the answer is to this question. */
  state: string;
  /** The digest of the verifier (PKCE). */
  challenge: string;
  /** The host at which an agency has the page under its own name. */
  host?: string;
}

/** The code that came back, with what proves that we asked for it. */
export interface ConsentAnswer {
  code: string;
  redirectUri: string;
  verifier: string;
}

/** How a person gets a login by allowing it at a page of the app, without seeing a token. */
export interface Consent<Scheme> {
  /** The fields of the secret that name the client. They are filled in before a person is sent to the app. */
  asker: readonly string[];
  /** The app's page. */
  page(scheme: Scheme, place: LoginPlace, asker: Texts, ask: ConsentAsk): string;
  /** How the login server names itself in its answers; undefined where the app does not say, and nothing is compared. */
  issuer?(scheme: Scheme, baseUrl: string | undefined): string | undefined;
  /** The form that is posted for the tokens, to the same address as a renewal's. */
  form(scheme: Scheme, asker: Texts, answer: ConsentAnswer): Record<string, string>;
}

/** What a setting of a login is: a name under which its secret is sent, or an address to which it is. */
export type LoginSetting = "header" | "parameter" | "address";

/** A kind of login: what it asks for, how it is checked, and how a request is logged in by it. */
export interface LoginKind<Members extends z.ZodRawShape = z.ZodRawShape, Scheme = z.infer<z.ZodObject<Members>>> {
  /** What an app's definition says of such a login, beside its kind. */
  members: Members;
  /** What it asks of a person, where the app does not say otherwise. What is `"in": "secret"` is sealed. */
  fields: readonly LoginField[];
  /** The settings it reads. A changed one asks for the secret again, because that would be sent under another name or to another address. */
  settings?: Readonly<Record<string, LoginSetting>>;
  /** What it adds to each request. */
  send(scheme: Scheme, secret: Texts, settings: Partial<Texts>): SentLogin;
  /** It has no secret: everybody may make these calls, from any address. */
  open?: true;
  /** Its secret is a set of addresses, which the app names in `fields`. */
  holdsAddresses?: true;
  renewal?: Renewal<Scheme>;
  consent?: Consent<Scheme>;
  /** The addresses beside the app's own that get something of the secret, by the member that names each. */
  addresses?(scheme: Scheme): Record<string, string>;
  /** The registration at the app by whose installation the login was granted; the login ends when that is uninstalled. */
  registration?(secret: Texts): string | undefined;
}

/** Keeps the type of a kind's members, from which that of an app's scheme follows. */
export const loginKind = <Members extends z.ZodRawShape>(kind: LoginKind<Members>): LoginKind<Members> => kind;
