import type { HttpRequest } from "#catalog/types.ts";

/** Names by which servers let a request say that its method is another one. */
const headers = new Set(["x-http-method-override", "x-method-override", "x-http-method", "x-method"]);
const parameters = new Set(["_method", ...headers]);

/** Where a request names another method than its own, and as what. */
export interface MethodOverride {
  field: "headers" | "query" | "body";
  name: string;
}

/** The header, parameter or member of a request that could change its method on the other side. */
export function methodOverride({ url, headers: sent, body }: HttpRequest): MethodOverride | undefined {
  for (const name of Object.keys(sent)) if (headers.has(name.trim().toLowerCase())) return { field: "headers", name };
  const query = parameterIn(url.split("#", 1)[0]!.split("?").slice(1).join("?"));
  if (query !== undefined) return { field: "query", name: query };
  const member = typeof body === "string" ? (/"(_method)"\s*:/i.exec(body)?.[1] ?? formParameter(body)) : undefined;
  return member === undefined ? undefined : { field: "body", name: member };
}

const formParameter = (body: string): string | undefined => (/^\s*[[{"]/.test(body) ? undefined : parameterIn(body));
const parameterIn = (text: string): string | undefined =>
  text === "" ? undefined : [...new URLSearchParams(text).keys()].find((name) => parameters.has(name.trim().toLowerCase()));
