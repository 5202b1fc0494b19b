import type { AppView } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { LoginForm } from "#surfaces/login-form.ts";
import { usage } from "./input.ts";
import type { Terminal } from "./terminal.ts";

export type AuthKind = LoginForm["kind"];
/** As it was given: the server knows what belongs into it. */
export type Secret = Record<string, string | Record<string, string>>;

/** An app by its id; the main one where none is named. */
export async function findApp(api: Client, id: string | undefined): Promise<AppView> {
  const { apps } = await api.apps.list();
  const app = apps.find((each) => (id === undefined ? each.main : each.id === id));
  if (!app) throw new MillraceError("NOT_FOUND", { details: { what: "app", id: id ?? "main" } });
  return app;
}

/** How one logs in to an app: by the kind that was named, or as is usual there. */
export function loginOf({ title, logins }: AppView, kind: AuthKind | undefined): LoginForm {
  const login = logins.find((each) => kind === undefined || each.kind === kind);
  if (!login) throw usage(`${title} takes ${logins.map((each) => each.kind).join(" or ")}: say which with --auth`);
  return login;
}

/**
 * The secret of a login, from standard input or from the keyboard: never from the command's arguments, which the shell
 * remembers and everybody on the machine can see.
 */
export async function readSecret(login: LoginForm, terminal: Pick<Terminal, "interactive" | "ask" | "readInput">): Promise<Secret> {
  const fields = login.fields.filter((field) => field.in === "secret");
  if (fields.length === 0) return {};
  if (!terminal.interactive) return secretOf(fields, (await terminal.readInput()).trim());
  const secret: Record<string, string> = {};
  for (const { name, label } of fields) {
    const answer = (await terminal.ask.secret(label)).trim();
    if (answer !== "") secret[name] = answer;
  }
  return secret;
}

/** A bare text where one will do, or an object with the fields of the secret. Faults are reported without what was given. */
function secretOf(fields: LoginForm["fields"], text: string): Secret {
  if (text === "") throw usage(`The secret is read from standard input, and that was empty. Try: millrace connect … < secret.txt`);
  const [only, ...others] = fields;
  if (only && others.length === 0 && !text.startsWith("{")) return { [only.name]: text };
  const value = parsed(text);
  if (!isObject(value)) throw usage(`The secret of this kind of login is a JSON object: ${shapeOf(fields)}`);
  return value as Secret;
}

const shapeOf = (fields: LoginForm["fields"]): string => `{${fields.map(({ name }) => `"${name}": "…"`).join(", ")}}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
