/** Where the API of a document is. */
import { cutText } from "#kernel/characters.ts";
import type { DraftGuess } from "#api/schemas/app-drafts.ts";
import { isObject } from "#kernel/json.ts";
import type { z } from "zod";
import { appDefinition, type addressVariable } from "#api/schemas/apps.ts";
import { labelOf } from "../guess.ts";
import type { Notes } from "./notes.ts";
import type { Node } from "./refs.ts";
import { plainText } from "./words.ts";

export type AddressVariable = z.infer<typeof addressVariable>;

/** The address of an API, and the parts of it that each connection fills in. */
export interface Server {
  url: string;
  variables: AddressVariable[];
}

/** The first server of a list as an address that paths are added to; undefined where it is none. `source`: where the document came from. */
export function serverOf(servers: unknown, at: string, notes: Notes, source?: string): Server | undefined {
  const [first] = Array.isArray(servers) ? servers.filter(isObject) : [];
  if (!first || typeof first["url"] !== "string") return undefined;
  const server = withVariables(first["url"].slice(0, 2000), isObject(first["variables"]) ? first["variables"] : {}, at, notes);
  const url = completed(server.url, source)
    ?.replace(/[?#].*$/, "")
    .replace(/\/+$/, "");
  if (url === undefined || !appDefinition.shape.baseUrl.safeParse(url).success || !isUsable(url)) {
    notes.add(at, `The address '${first["url"].slice(0, 100)}' is not complete; fill in where the API is.`);
    return undefined;
  }
  return { url, variables: server.variables };
}

/** Usual values of variables may make anything of an address. */
const isUsable = (url: string): boolean => URL.canParse(withoutHoles(url)) && !/\/\.{1,2}(?:\/|$)/.test(url);

const withoutHoles = (url: string): string => url.replace(/\{\w+\}/g, "x");

/**
 * Variables in the host are for the customer to fill in: a subdomain, a region. Others have their usual value, such as the version of the
 * API. One that could lead a login to anybody's host is filled in as well.
 */
function withVariables(url: string, known: Node, at: string, notes: Notes): Server {
  const hostEnd = /^https?:\/\/[^/?#]*/i.exec(url)?.[0].length ?? 0;
  const variables: AddressVariable[] = [];
  const filled = url.replace(/\{([^{}]*)\}/g, (hole, name: string, index: number) => {
    const variable = Object.hasOwn(known, name) && isObject(known[name]) ? known[name] : {};
    const choices = Array.isArray(variable["enum"]) ? variable["enum"].filter((each) => typeof each === "string") : [];
    const usual = variable["default"] ?? choices[0];
    const hasUsual = (typeof usual === "string" && usual !== "") || typeof usual === "number";
    const place = index < hostEnd && url[index - 1] !== ":" ? hostPlace(url.slice(0, hostEnd), hole) : hasUsual ? null : "path";
    if (place !== null && isName.test(name)) {
      if (!variables.some((each) => each.name === name))
        variables.push(variableOf(name, variable, choices, place, hasUsual ? String(usual) : undefined));
      return hole;
    }
    if (!hasUsual) return hole;
    notes.add(at, `The address has the variable '${cutText(name, 60)}'; its usual value '${cutText(String(usual), 60)}' is taken.`);
    return String(usual);
  });
  return { url: filled, variables };
}

/** A name that no setting of a login has. */
const isName = /^(?!header$|param$)[A-Za-z_]\w{0,39}$/;

/** What a variable in a host is: all of it, a part before two or more that are written out, or (null) neither, and not safe to leave open. */
function hostPlace(start: string, hole: string): "host" | "part" | null {
  const host = start.replace(/^https?:\/\//i, "").replace(/:.*$/, "");
  if (host === hole) return "host";
  const fixed = host
    .slice(host.lastIndexOf("}") + 1)
    .split(".")
    .slice(1);
  const isShared = fixed.length === 2 && fixed[1]!.length === 2 && /^(?:co|com|org|net|gov|ac|edu|ne|or)$/i.test(fixed[0]!);
  return fixed.length >= (isShared ? 3 : 2) ? "part" : null;
}

function variableOf(
  name: string,
  variable: Node,
  choices: readonly string[],
  place: "host" | "part" | "path",
  usual: string | undefined,
): AddressVariable {
  const help = plainText(variable["description"], 300);
  const fit = [...new Set(choices)].filter((each) => each !== "" && each.length <= 100).slice(0, 50);
  return {
    name,
    label: labelOf(name),
    ...(help !== undefined && { help }),
    ...(place === "host" && { as: place }),
    ...(fit.length > 0 && { choices: fit }),
    ...(usual !== undefined && usual.length <= 200 && (fit.length === 0 || fit.includes(usual)) && { default: usual }),
  };
}

/** An address of the document that is complete, or becomes so beside the address it came from. */
export function completed(value: unknown, source: string | undefined): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const url = value.trim();
  if (/^https?:\/\//i.test(url)) return URL.canParse(withoutHoles(url)) ? url : undefined;
  if (/^[a-z][a-z\d+.-]*:/i.test(url) && !url.startsWith("//")) return undefined;
  if (source !== undefined) return URL.canParse(url, source) ? new URL(url, source).href : undefined;
  return url.startsWith("//") && URL.canParse(`https:${url}`) ? `https:${url}` : undefined;
}

/** What is guessed about the address: that it is the first of several. */
export function serverGuesses(servers: unknown): DraftGuess[] {
  const others = Array.isArray(servers) ? servers.filter(isObject).slice(1, 6) : [];
  if (others.length === 0) return [];
  const names = others.map(({ url, description }) =>
    (typeof description === "string" ? `${String(url)} (${description})` : String(url)).slice(0, 120),
  );
  return [{ member: "baseUrl", why: `The first of the document's addresses was taken; the others are ${names.join(", ")}` }];
}
