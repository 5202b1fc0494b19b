/** An app made of requests that somebody sent: one operation for each method and shape of path. */
import { appLimits } from "#api/schemas/apps.ts";
import type { AppDraft, DraftGuess, DraftOperation } from "#api/schemas/app-drafts.ts";
import { isOfTransport, isHeaderName, headerValue } from "#catalog/definition-texts.ts";
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import { deeperThan, getPath, sizeUpTo, type Json } from "#kernel/json.ts";
import { answerFacts, shortened } from "./answer-facts.ts";
import { effectGuess, guessEffect, labelOf, operationIdOf, titleOf, type Method } from "./guess.ts";
import { Inputs, joinedInputs, pathOf, segmentsOf, type InputDraft, type OperationDraft, type Segment } from "./inputs.ts";
import { isSameLogin, loginOf } from "./request-login.ts";
import { commonPrefix, readAddress, titleOfAddress, type SentAddress } from "./sent-address.ts";
import { asSentence, type Note, type Pair, type Sent, type SentRequest } from "./sent-request.ts";
import { addSecret, hidden, isPlaceholder, withoutSecretNames } from "./values.ts";

/** A request with its address and login apart. */
interface Placed {
  request: SentRequest;
  address: SentAddress;
  scheme: AuthScheme | null;
  why: string;
  headers: Pair[];
  query: Pair[];
}

const mostOperations = appLimits.operations;
const largestExample = 20_000;

/** The draft of an app. No secret of the requests is in it. */
export function draftOf({ requests, notes: found, secrets }: Sent): AppDraft {
  const notes = [...found];
  const placed = ofOneHost(placedOf(requests, secrets, notes), notes);
  const isSecret = secretTest(secrets);
  const prefix = commonPrefix(placed.map(({ address }) => address.path));
  const common = commonHeaders(placed);
  const groups = groupsOf(placed, prefix, isSecret);
  if (groups.length > mostOperations)
    notes.push({ at: null, says: `${groups.length - mostOperations} operations were left out; an app has ${mostOperations} at most` });
  const taken = new Set<string>();
  const operations = groups.slice(0, mostOperations).map((group) => operationOf(group, { common, taken, notes, secrets }));
  const origin = placed[0]?.address.origin ?? null;
  const { auth, guesses } = authOf(placed, notes);
  const draft: AppDraft = {
    title: titleOfAddress(origin),
    baseUrl: origin === null ? null : `${origin}${prefix}`,
    variables: variablesOf(placed),
    auth,
    headers: Object.fromEntries(common),
    operations,
    triggers: [],
    guesses,
    notes: notes.map(asSentence),
  };
  // Again: reading the bodies and answers has found more secrets.
  return withoutSecrets(draft, secretTest(secrets));
}

function placedOf(requests: readonly SentRequest[], secrets: string[], notes: Note[]): Placed[] {
  return requests.flatMap((request) => {
    const address = readAddress(request);
    if (!address) {
      notes.push({ at: request.at, says: `'${hostOf(request.url)}' is not the address of an API.` });
      return [];
    }
    if (address.userInfo !== null) addSecret(secrets, decoded(address.userInfo), ":");
    const { scheme, why, headers, query } = loginOf(
      { ...request, basic: request.basic === true || address.userInfo !== null },
      address.query,
      secrets,
      (note) => notes.push(note),
    );
    return [{ request, address, scheme, why, headers: sendable(headers), query }];
  });
}

/** An address without what may be a secret in it. */
const hostOf = (url: string): string => /^(?:[a-z]+:\/\/)?(?:[^@/?#]*@)?([^@/?#]{0,80})/i.exec(url)?.[1] ?? "";

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const sendable = (headers: readonly Pair[]): Pair[] =>
  headers
    .filter(
      ([name, value]) =>
        name.length <= 80 && value.length <= 1000 && isHeaderName(name) && !isOfTransport(name) && headerValue.safeParse(value).success,
    )
    .map(([name, value]) => [name.toLowerCase(), value]);

/** An app has one address: the one with the most requests. */
function ofOneHost(placed: readonly Placed[], notes: Note[]): Placed[] {
  const counts = new Map<string | null, number>();
  for (const { address } of placed) counts.set(address.origin, (counts.get(address.origin) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  for (const [origin, count] of counts)
    if (origin !== most![0])
      notes.push({
        at: null,
        says: `${count === 1 ? "One request" : `${count} requests`} to ${origin ?? "another address"} ${count === 1 ? "was" : "were"} left out: an app has one address`,
      });
  if (most?.[0] === null) notes.push({ at: null, says: "The requests do not say where the app is; each connection fills in its address" });
  return placed.filter(({ address }) => address.origin === most![0]);
}

/** Letters and digits in one another, as in keys and ids: a value that is asked for and stays out of a definition, which is shared. */
const mayBeKey = (value: string): boolean => /^[\w+=~.-]{12,}$/.test(value) && /[A-Za-z]\d+[A-Za-z]/.test(value);

/** The headers that every request sends with the same value. */
function commonHeaders(placed: readonly Placed[]): Pair[] {
  const [first, ...others] = placed;
  return (first?.headers ?? []).filter(
    ([name, value]) =>
      !isPlaceholder(value) &&
      !mayBeKey(value) &&
      others.every(({ headers }) => headers.some(([other, its]) => other === name && its === value)),
  );
}

interface Group {
  method: Method;
  segments: Segment[];
  path: string;
  placed: Placed[];
}

function groupsOf(placed: readonly Placed[], prefix: string, isSecret: (text: string) => boolean): Group[] {
  const groups = new Map<string, Group>();
  for (const one of placed) {
    const segments = segmentsOf(one.address.path.slice(prefix.length), isSecret);
    const method = one.request.method as Method;
    const key = `${method} ${segments.map((segment) => (typeof segment === "string" ? segment : "{}")).join("/")}`;
    const group = groups.get(key);
    if (group) group.placed.push(one);
    else groups.set(key, { method, segments, path: pathOf(segments), placed: [one] });
  }
  return [...groups.values()].filter(({ path }) => path.length <= 500);
}

interface Making {
  common: readonly Pair[];
  taken: Set<string>;
  notes: Note[];
  secrets: string[];
}

function operationOf({ method, segments, path, placed }: Group, { common, taken, notes, secrets }: Making): DraftOperation {
  const input = placed.map((one) => inputsOf(one, { segments, method, common, notes })).reduce(joinedInputs);
  const effect = guessEffect({ method, path });
  const { definition, guesses, example } = answered(placed, input, path, effect.value === "read", secrets);
  const { request } = placed[0]!;
  const body = request.body?.kind === "form" || request.body?.kind === "multipart" ? request.body.kind : undefined;
  const all: DraftGuess[] = [...effectGuess(method, effect), ...guesses];
  const draft: OperationDraft = {
    id: operationIdOf(method, path, undefined, taken),
    title: titleOf(method, path),
    effect: effect.value,
    method,
    path,
    ...(body && { body }),
    input,
    ...definition,
    ...(example !== undefined && { example: { input: exampleInput(placed[0]!, segments, input, secrets), output: example } }),
  };
  return {
    definition: {
      ...draft,
      scopes: [],
      input: input.map((field) => ({ ...field, schema: field.schema ?? { type: "string" } })),
      result: draft.result ?? "",
    },
    guesses: all,
  };
}

function inputsOf(
  { request, query, headers }: Placed,
  { segments, method, common, notes }: { segments: readonly Segment[]; method: Method; common: readonly Pair[]; notes: Note[] },
): InputDraft[] {
  const lost: string[] = [];
  const inputs = new Inputs(appLimits.inputs - 5, (name) => void lost.push(name));
  inputs.addPath(segments);
  inputs.addPairs("query", query);
  inputs.addPairs(
    "header",
    headers.filter(([name, value]) => !common.some(([other, its]) => other === name && its === value)),
  );
  if (method !== "GET") inputs.addBody(request.body);
  const type = contentTypeOf(request);
  if (type !== null && method !== "GET")
    inputs.list.push({ name: "contentType", in: "header", wire: "content-type", fill: { value: type } });
  if (lost.length > 0)
    notes.push({
      at: request.at,
      says: `${lost.length === 1 ? `The field '${lost[0]}' was` : `${lost.length} fields were`} left out: an operation has ${appLimits.inputs} inputs at most, and their names have 80 characters at most`,
    });
  return inputs.list;
}

/** The content type that has to be said: of a text, and of JSON under a name of the app's own. */
function contentTypeOf({ body, headers }: SentRequest): string | null {
  if (body?.kind === "text") return body.type === "" ? null : body.type;
  const type = headers.find(([name]) => /^content-type$/i.test(name))?.[1];
  return body?.kind === "json" && type !== undefined && /\+json\b/i.test(type) ? type : null;
}

/** What the recorded answers say of the operation. */
function answered(
  placed: readonly Placed[],
  input: readonly InputDraft[],
  path: string,
  reads: boolean,
  secrets: string[],
): { definition: Partial<OperationDraft>; guesses: DraftGuess[]; example?: Json } {
  const answers = placed.flatMap(({ request }) =>
    request.answer === undefined || deeperThan(request.answer, 60) ? [] : [withoutSecretNames(request.answer, secrets)],
  );
  if (answers.length === 0) return { definition: {}, guesses: [] };
  const { definition, guesses } = answerFacts(answers, {
    path,
    input,
    reads,
    linkHeader: placed.some(({ request }) => request.linkHeader === true),
  });
  const example = shortened(answers[0]!);
  return {
    definition,
    guesses,
    ...(sizeUpTo(example, largestExample) < largestExample && { example: (getPath(example, definition.result ?? "") ?? null) as Json }),
  };
}

/** What the request was sent with, by the names of the inputs. */
function exampleInput(
  { request, query }: Placed,
  segments: readonly Segment[],
  input: readonly InputDraft[],
  secrets: string[],
): Record<string, Json> {
  const body = request.body?.kind === "json" ? withoutSecretNames(request.body.value, secrets) : null;
  const members = request.body?.kind === "form" || request.body?.kind === "multipart" ? request.body.members : [];
  const valueOf = ({ name, wire = name, in: place }: InputDraft): Json | undefined => {
    if (place === "path")
      return segments.flatMap((segment) => (typeof segment === "object" && segment.name === name ? [segment.value] : []))[0];
    if (place === "query") return query.find(([each]) => each === wire)?.[1];
    if (place === "header") return undefined;
    if (wire === "") return body ?? undefined;
    if (body !== null && typeof body === "object" && !Array.isArray(body)) return Object.hasOwn(body, wire) ? body[wire] : undefined;
    return members.find(([each]) => each === wire)?.[1];
  };
  return Object.fromEntries(
    input.flatMap((field) => {
      const value = valueOf(field);
      return value === undefined || sizeUpTo(value, 5_000) >= 5_000 ? [] : [[field.name, value] as const];
    }),
  );
}

/** The ways in which the requests log in, the most used first, one of each kind. */
function authOf(placed: readonly Placed[], notes: Note[]): { auth: AuthScheme[]; guesses: DraftGuess[] } {
  const ways: { scheme: AuthScheme; why: string; count: number }[] = [];
  for (const { scheme, why } of placed) {
    const way = scheme && ways.find((each) => isSameLogin(each.scheme, scheme));
    if (way) way.count++;
    else if (scheme) ways.push({ scheme, why, count: 1 });
  }
  ways.sort((a, b) => b.count - a.count);
  const kept = ways.filter(({ scheme }, i) => ways.findIndex((each) => each.scheme.kind === scheme.kind) === i);
  if (kept.length < ways.length)
    notes.push({ at: null, says: "The requests log in in more ways than one of a kind; the most used is taken" });
  if (kept.length === 0)
    return { auth: [{ kind: "none" }], guesses: placed.length === 0 ? [] : [{ member: "auth", why: "The requests carry no login" }] };
  notes.push({ at: null, says: "The secrets of the login were left out. They are asked for when a connection is made" });
  return { auth: kept.map(({ scheme }) => scheme), guesses: kept.map(({ why }, i) => ({ member: `auth.${i}`, why })) };
}

const variablesOf = (placed: readonly Placed[]): AppDraft["variables"] =>
  [...new Set(placed.flatMap(({ address }) => address.variables))].slice(0, 10).map((name) => ({ name, label: labelOf(name) }));

const shortestSecret = 6;
/** Whether a text holds one of the secrets. Short ones and placeholders would be found everywhere. */
function secretTest(secrets: readonly string[]): (text: string) => boolean {
  const byStart = new Map<string, string[]>(); // a recording may have thousands, and each text is looked through once
  for (const secret of new Set(secrets)) {
    if (secret.length < shortestSecret || isPlaceholder(secret) || /^(bearer|basic|token|apikey)$/i.test(secret)) continue;
    const start = secret.slice(0, shortestSecret);
    const same = byStart.get(start);
    if (same) same.push(secret);
    else byStart.set(start, [secret]);
  }
  return (text) => {
    for (let at = 0; at + shortestSecret <= text.length && byStart.size > 0; at++)
      if (byStart.get(text.slice(at, at + shortestSecret))?.some((secret) => text.startsWith(secret, at))) return true;
    return false;
  };
}

/** The last look: no text of the draft holds a secret of the requests. */
function withoutSecrets<T>(value: T, isSecret: (text: string) => boolean): T {
  if (typeof value === "string") return (isSecret(value) ? hidden : value) as T;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item as unknown, isSecret)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutSecrets(member as unknown, isSecret)])) as T;
}
