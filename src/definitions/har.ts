/** Recordings of a browser (HAR) as requests, with their answers. */
import { deeperThan, isObject, type Json } from "#kernel/json.ts";
import { bodyOf } from "./curl.ts";
import { unreadable, type Note, type Pair, type Sent, type SentBody, type SentRequest } from "./sent-request.ts";

const mostEntries = 5_000;
const deepest = 100;

/** Reads the calls of a recording. Pages, pictures and scripts are left out and counted. Throws BAD_INPUT where it is no recording. */
export function readHar(text: string): Sent {
  const entries = entriesOf(text);
  const notes: Note[] = [];
  const leftOut = new Counts();
  const requests = entries.slice(0, mostEntries).flatMap((entry, i) => {
    const request = requestOf(entry, `entry ${i + 1}`, leftOut);
    return request ? [request] : [];
  });
  if (entries.length > mostEntries) leftOut.add("entries beyond the first 5,000", entries.length - mostEntries);
  for (const [what, count] of leftOut.all) notes.push({ at: null, says: `Left out: ${count} ${what}` });
  if (requests.length === 0)
    throw unreadable(`has no call of an API in it${notes.length > 0 ? `. ${notes.map(({ says }) => says).join(". ")}` : ""}`);
  return { requests, notes, secrets: [] };
}

class Counts {
  readonly all = new Map<string, number>();
  add(what: string, count = 1): void {
    this.all.set(what, (this.all.get(what) ?? 0) + count);
  }
}

function entriesOf(text: string): unknown[] {
  const recording = parsed(text.replace(/^\uFEFF/, ""));
  if (recording === undefined) throw unreadable("is not JSON; save the recording as a HAR file and choose that");
  const log = isObject(recording) ? recording["log"] : undefined;
  const entries = isObject(log) ? log["entries"] : undefined;
  if (!Array.isArray(entries)) throw unreadable("is not a HAR recording: log.entries is missing");
  return entries;
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return deeperThan(value, deepest) ? undefined : value;
  } catch {
    return undefined;
  }
}

function requestOf(entry: unknown, at: string, leftOut: Counts): SentRequest | null {
  const request = memberOf(entry, "request");
  const [method, url] = [textOf(memberOf(request, "method")).toUpperCase(), textOf(memberOf(request, "url"))];
  if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method) || !/^https?:\/\//i.test(url)) return missed(leftOut, "requests of another kind");
  const response = memberOf(entry, "response");
  const status = Number(memberOf(response, "status") ?? 0);
  const answer = answerOf(response);
  const headers = pairsOf(memberOf(request, "headers"));
  const body = sentBody(memberOf(request, "postData"), headers);
  if (isOfPage(url, memberOf(response, "content")) || (answer === undefined && body === null && method === "GET"))
    return missed(leftOut, "pages, pictures, scripts and other files");
  if (body?.kind === "text") return missed(leftOut, "calls that send neither JSON nor a form");
  const good = status >= 200 && status < 300 && answer !== undefined;
  return { method, url, headers, body: method === "GET" ? null : body, at, ...(good && { answer, linkHeader: namesNextPage(response) }) };
}

const namesNextPage = (response: unknown): boolean =>
  pairsOf(memberOf(response, "headers")).some(([name, value]) => /^link$/i.test(name) && /;\s*rel="?next\b/i.test(value));

function missed(leftOut: Counts, what: string): null {
  leftOut.add(what);
  return null;
}

const memberOf = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function pairsOf(list: unknown): Pair[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, 500).map((each: unknown): Pair => [textOf(memberOf(each, "name")), textOf(memberOf(each, "value"))]);
}

const isOfPage = (url: string, content: unknown): boolean =>
  /\.(?:js|mjs|css|map|png|jpe?g|gif|svg|webp|ico|woff2?|ttf|html?|mp4|webm|pdf)(?:[?#]|$)/i.test(url) ||
  /^(?:text\/(?:html|css|javascript)|image\/|font\/|audio\/|video\/|application\/(?:javascript|x-javascript|wasm))/i.test(
    textOf(memberOf(content, "mimeType")),
  );

function answerOf(response: unknown): Json | undefined {
  const content = memberOf(response, "content");
  const text = textOf(memberOf(content, "text"));
  if (text === "") return undefined;
  const plain = memberOf(content, "encoding") === "base64" ? Buffer.from(text, "base64").toString("utf8") : text;
  return /^\s*[[{]/.test(plain) ? parsed(plain) : undefined;
}

function sentBody(data: unknown, headers: readonly Pair[]): SentBody | null {
  const type = textOf(memberOf(data, "mimeType")) || (headers.find(([name]) => /^content-type$/i.test(name))?.[1] ?? "");
  const params = pairsOf(memberOf(data, "params"));
  if (/multipart\/form-data/i.test(type)) return { kind: "multipart", members: params, files: [] };
  const text = textOf(memberOf(data, "text"));
  if (text !== "") return bodyOf(text, type, () => {});
  return params.length > 0 ? { kind: "form", members: params, files: [] } : null;
}
