/** The addresses of requests: where the API is, and the paths in it. Variables in them are `{{NAME}}`. */
import type { Pair, SentRequest } from "./sent-request.ts";
import { isPlaceholder } from "./values.ts";

export interface SentAddress {
  /** `https://api.example.com`, with variables as `{name}`; null where a variable is all of it. */
  origin: string | null;
  path: string;
  query: Pair[];
  /** The names of variables in the host. */
  variables: string[];
  /** A user name and password that stood in it. */
  userInfo: string | null;
}

/** Null where it is no address that an app can have. */
export function readAddress({ url }: Pick<SentRequest, "url">): SentAddress | null {
  const [, scheme = "", host = "", path = "", query = ""] = /^(?:([a-z]+):\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  if (scheme !== "" && !/^https?$/i.test(scheme)) return null;
  const at = host.lastIndexOf("@");
  const bare = host.slice(at + 1);
  const rest = {
    path: path === "" ? "/" : path.replace(/\/{2,}/g, "/"),
    query: pairsOf(query),
    userInfo: at === -1 ? null : host.slice(0, at),
  };
  if (isPlaceholder(bare)) return { ...rest, origin: null, variables: [] };
  const variables: string[] = [];
  const named = bare.replace(/\{\{(\w+)\}\}|<([^<>]*)>|\{(\w+)\}/g, (_, ...names: (string | undefined)[]) => {
    const name = variableName(names.slice(0, 3).find((each) => each !== undefined) ?? "");
    variables.push(name);
    return `{${name}}`;
  });
  const origin = `${scheme.toLowerCase() || "https"}://${named.toLowerCase().replace(/\{[^}]*\}/g, (hole) => variables.find((name) => `{${name.toLowerCase()}}` === hole)?.replace(/^.*$/, "{$&}") ?? hole)}`;
  return isHost(named) ? { ...rest, origin, variables } : null;
}

const isHost = (host: string): boolean => URL.canParse(`https://${host.replace(/\{\w+\}/g, "x")}`) && host.replace(/\{\w+\}/g, "x") !== "";

/** `ACME_SUBDOMAIN` is `acmeSubdomain`. */
function variableName(text: string): string {
  const words = text
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  const name = words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("");
  return /^[a-z]/i.test(name) ? name.slice(0, 40) : "account";
}

const pairsOf = (query: string): Pair[] => [...new URLSearchParams(query)].filter(([name]) => name !== "");

/** Words that begin the paths of many APIs and name nothing in them. */
const ofApis = /^(api|apis|rest|restapi|services|public|v\d+(\.\d+)*|\d{4}-\d{2}(-\d{2})?|wp-json|ajax)$/i;

/** The words with which all paths begin and that belong to the address of the API: `/api/v2`. */
export function commonPrefix(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(1));
  let length = 0;
  while (
    length < first.length - 1 &&
    ofApis.test(first[length]!) &&
    others.every((each) => each.length > length + 1 && each[length] === first[length])
  )
    length++;
  return first
    .slice(0, length)
    .map((word) => `/${word}`)
    .join("");
}

const commonLabels = new Set(["co", "com", "org", "net", "gov", "ac", "edu"]);
/** What people call the app at an address: "Example" for `https://api.example.co.uk`. */
export function titleOfAddress(origin: string | null): string {
  const labels =
    origin === null
      ? []
      : origin
          .replace(/^https?:\/\//, "")
          .replace(/:\d+$/, "")
          .split(".");
  const name = labels.length > 2 && commonLabels.has(labels.at(-2)!) ? labels.at(-3)! : (labels.at(-2) ?? labels[0] ?? "");
  const words = name
    .replace(/[{}]/g, "")
    .split(/[-_]+/)
    .filter((word) => word !== "" && !/^\d+$/.test(word));
  return (
    words
      .map((word) => word[0]!.toUpperCase() + word.slice(1))
      .join(" ")
      .slice(0, 60) || "My app"
  );
}
