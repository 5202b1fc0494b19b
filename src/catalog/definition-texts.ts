/** The texts of an app's definition, as zod reads them. */
import { z } from "zod";

export const text = (most: number) => z.string().trim().min(1, "is empty").max(most);

export const fieldName = z
  .string()
  .max(80)
  .regex(/^[A-Za-z_][\w-]*$/, "begins with a letter and goes on with letters, digits, - and _")
  .refine((name) => !(name in Object.prototype), "is a name that every object in JavaScript has; an input may send it as its wire");

const headerPattern = /^[\w!#$%&'*+.^`|~-]+$/;
export const isHeaderName = (name: string): boolean => headerPattern.test(name);
export const headerName = z.string().max(80).regex(headerPattern, "is not the name of a header");

/** Nothing that would end the header or cannot be sent in one. */
export const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "has characters that cannot be sent in a header");

export const address = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => !/^[^/?#]*\/\/[^/?#]*@/.test(url), "carries a name or password; put the login in a connection");

const ofTransport =
  /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|keep-alive|expect|x-http-method(-override)?|x-method(-override)?)$/i;
/** Whether the transport sets a header itself: another value would name another host, or cut the body. */
export const isOfTransport = (header: string): boolean => ofTransport.test(header);
/** What is wrong with sending such a header. */
export const setByMillrace = (header: string): string => `the header '${header}' is set by Millrace`;
