import { factsIndex, newerId, newerIndex, olderId } from "#apps/highlevel/facts.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#test/support/built-in.ts";
import { fitInput } from "#catalog/fit.ts";
import { buildRequest } from "#catalog/request.ts";
import { validateInput } from "#catalog/validate.ts";
import type { ConnectionFacts, HttpRequest, Operation } from "#catalog/types.ts";
import type { SpecVersion } from "./document.ts";
import { inputOf } from "./generate.ts";

/** One request Millrace makes, and of which endpoint. */
export interface Case {
  key: string;
  operation: Operation;
  input: "example" | "required" | "all";
}

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };

/** Every endpoint under its own key, and every judged operation; a recipe makes its calls through these. */
export function casesOf(version: SpecVersion): Case[] {
  const endpoints = endpointIds(version).flatMap((id) => variants(olderId(id) ?? id, known(id), ["required", "all"]));
  const judged = judgedOf(version).flatMap((operation) => variants(endpointOf(operation), operation, ["example", "required", "all"]));
  return [...endpoints, ...judged];
}

/** The judged operations as one version of the API has them. */
export function judgedOf(version: SpecVersion): Operation[] {
  const judged = highlevel.operations.filter((operation) => !operation.recipe);
  return version === "v2" ? judged : judged.flatMap(({ newer }) => (newer ? [known(newer)] : []));
}

export function endpointIds(version: SpecVersion): string[] {
  const older = factsIndex();
  if (version === "v2") return older.map(({ key }) => key);
  return [...new Set([...newerIndex().map(({ key }) => key), ...older.filter((l) => l.newer).map((l) => newerId(l.key))])];
}

/** The request of a case, checked and fitted as before a call. */
export function requestOf({ operation, input }: Case): HttpRequest {
  return requestWith(operation, input === "example" ? operation.example!.input : inputOf(operation, input), acme);
}

/** The same from an input of one's own, over a connection of one's own. */
export function requestWith(operation: Operation, given: Record<string, unknown>, connection: ConnectionFacts): HttpRequest {
  const fitted = fitInput(operation, given);
  validateInput(operation, fitted);
  return buildRequest(operation, fitted, connection, highlevel);
}

const variants = (key: string, operation: Operation, inputs: Case["input"][]): Case[] => inputs.map((input) => ({ key, operation, input }));

export function known(id: string): Operation {
  const operation = findOperation("highlevel", id);
  if (!operation) throw new Error(`no operation ${id}`);
  return operation;
}

export function endpointOf({ id, method, path }: Operation): string {
  const line = (olderId(id) === undefined ? factsIndex() : newerIndex()).find((l) => l.method === method && l.path === path);
  if (!line) throw new Error(`no endpoint of ${id}`);
  return olderId(line.key) ?? line.key;
}
