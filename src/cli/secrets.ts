import type { ConnectionBody } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { usage } from "./input.ts";
import type { Terminal } from "./terminal.ts";

export type Secret = ConnectionBody["secret"];
export type AuthKind = ConnectionBody["auth"];
type TextMember = Exclude<keyof Secret, "urls" | "expiresAt">;

/** What is asked for at the keyboard. What is left empty is left out. */
const asked: Record<Exclude<AuthKind, "none" | "url">, [member: TextMember, message: string][]> = {
  token: [["token", "The token"]],
  header: [["token", "The value of the header"]],
  query: [["token", "The value of the parameter"]],
  basic: [
    ["username", "The user name"],
    ["password", "The password"],
  ],
  oauth2: [
    ["clientId", "The client id"],
    ["clientSecret", "The client secret"],
    ["accessToken", "The access token, if there is one"],
    ["refreshToken", "The refresh token"],
  ],
};

/**
 * The secret of a login, from standard input or from the keyboard: never from the command's arguments, which the shell
 * remembers and everybody on the machine can see.
 */
export async function readSecret(kind: AuthKind, terminal: Pick<Terminal, "interactive" | "ask" | "readInput">): Promise<Secret> {
  if (kind === "none") return {};
  if (!terminal.interactive) return secretOf(kind, (await terminal.readInput()).trim());
  if (kind === "url") return secretOf(kind, await terminal.ask.secret(`The secret addresses, as JSON: {"name": "https://…"}`));
  const secret: Secret = {};
  for (const [member, message] of asked[kind]) {
    const answer = (await terminal.ask.secret(message)).trim();
    if (answer !== "") secret[member] = answer;
  }
  return secret;
}

/** A bare token, or an object with the members of the secret. Faults are told without what was given. */
function secretOf(kind: AuthKind, text: string): Secret {
  if (text === "") throw usage(`The secret is read from standard input, and that was empty. Try: millrace connect … < secret.txt`);
  const bare = kind === "token" || kind === "header" || kind === "query";
  if (bare && !text.startsWith("{")) return { token: text };
  const given = parsed(text);
  if (!isObject(given)) throw usage(`The secret of this kind of login is a JSON object: ${shapeOf(kind)}`);
  return kind === "url" && !("urls" in given) ? { urls: given as Record<string, string> } : given;
}

const shapeOf = (kind: AuthKind): string => {
  if (kind === "none" || kind === "url") return `{"name": "https://…"}`;
  return `{${asked[kind].map(([member]) => `"${member}": "…"`).join(", ")}}`;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
