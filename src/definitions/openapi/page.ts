/** Where a page of documentation has its document: pages that show an OpenAPI document name its address in one of a few ways. */

/** Patterns whose first group is the address, the surest first. Each has one bounded repetition. */
const patterns: readonly RegExp[] = [
  /\bspec-url=["']([^"'\s]{1,500})["']/i,
  /\bapiDescriptionUrl=["']([^"'\s]{1,500})["']/i,
  /\bRedoc\.init\(\s?["']([^"'\s]{1,500})["']/,
  /\bdata-url=["']([^"'\s]{1,500})["']/i,
  /["']?\burl["']?\s?:\s?["']([^"'\s]{1,500}(?:json|ya?ml|api-docs|openapi|swagger)[^"'\s]{0,200})["']/i,
  /\brel=["']service-desc["'][^>]{0,200}\bhref=["']([^"'\s]{1,500})["']/i,
  /\bhref=["']([^"'\s]{1,400}(?:openapi|swagger|api-docs)[^"'\s]{0,100}\.(?:json|ya?ml))["']/i,
];
/** The script in which newer pages of Swagger UI keep the address. */
const initializer = /\bsrc=["']([^"'\s]{0,300}swagger-initializer\.js[^"'\s]{0,50})["']/i;

const longestPage = 1_000_000;

/** Whether a text is a page or a script, and no document. */
export const isPage = (text: string): boolean =>
  /^\s{0,100}(?:<!doctype html|<html|<head|<body|window\.|\/\/|\/\*|const |var |\(function)/i.test(text.slice(0, 500));

/** The address that a page or script names, completed by the page's own; undefined where it names none. */
export function documentAddressIn(page: string, at: string): string | undefined {
  const text = page.slice(0, longestPage);
  for (const pattern of [...patterns, initializer]) {
    const found = pattern.exec(text)?.[1]?.replaceAll("&amp;", "&");
    if (found !== undefined && URL.canParse(found, at)) return new URL(found, at).href;
  }
  return undefined;
}
