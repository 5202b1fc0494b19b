import { longestValue } from "#engine/flow/compare.ts";
import { isObject } from "#kernel/json.ts";
import { hooksPath } from "../hooks/hooks.ts";
import { targetStepId } from "../targets/webhook-targets.ts";

/**
 * Pure: an answer of the API without what is as good as a key: whoever knows the address of a hook starts runs, and whoever knows that of a
 * webhook target sends to somebody's other tool. For people who may not change flows.
 */
export const withoutAddresses = (payload: string): string => withoutTargets(payload.replace(hookAddress, `${hooksPath}…`));

const hookAddress = new RegExp(`${hooksPath}[\\w-]{16,}`, "g");

/** Of a target's address the host stays, wherever the answer repeats it. */
function withoutTargets(payload: string): string {
  if (!payload.includes(`"${targetStepId}"`)) return payload;
  const urls = new Set<string>();
  collectTargets(parsed(payload), urls);
  return [...urls].reduce((text, url) => {
    const hidden = /^https?:\/\/[^/?#]*/i.exec(url)![0].replace(/\/\/.*@/, "//") + "/…";
    return writtenAs(url)
      .flatMap((form) => [form, form.slice(0, longestValue)]) // sentences about changes cut it
      .map((form) => JSON.stringify(form).slice(1, -1))
      .reduce((rest, form) => rest.replaceAll(form, hidden), text);
  }, payload);
}

/** As the definition has it, and as a request writes it: encoded, without `..`, with a small host and no usual port. */
function writtenAs(url: string): string[] {
  const parsedUrl = URL.parse(url);
  if (!parsedUrl) return [url];
  const sent = parsedUrl.href;
  // Without a path the whole address is its host, which may stay.
  return parsedUrl.pathname === "/" && parsedUrl.search === "" ? [url] : [url, sent, sent.replaceAll("%27", "'")];
}

/** The addresses of steps that send to a target: in definitions, runs, and differences between versions. */
function collectTargets(value: unknown, urls: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectTargets(item, urls);
  if (!isObject(value)) return;
  const { id, path, step } = value;
  if ([id, path, step].includes(targetStepId)) for (const url of urlsOf(value)) add(url, urls);
  for (const member of Object.values(value)) collectTargets(member, urls);
}

function urlsOf({ input, at, from, to, fields }: Record<string, unknown>): unknown[] {
  const shown = (Array.isArray(fields) ? fields : []).filter(isObject);
  return [
    isObject(input) ? input["url"] : undefined,
    ...(isUrlField(at) ? [from, to] : []),
    ...shown.flatMap((field) => (isUrlField(field["at"]) ? [field["value"]] : [])),
  ];
}

const isUrlField = (at: unknown): boolean => typeof at === "string" && at.endsWith(".url");

function add(url: unknown, urls: Set<string>): void {
  if (typeof url === "string" && /^https?:\/\//i.test(url)) urls.add(url);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
