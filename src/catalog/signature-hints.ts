import { signings, signingTitles, type Signing, type SigningInput } from "./signing.ts";

/** A header that looks like a signature, and how it seems to be made. */
export interface SignatureHint {
  header: string;
  /** Known senders that sign so, by the names that `signature` of a definition takes. */
  senders: string[];
  /** What `signature` of a definition would say, as far as it shows. */
  signature: SigningInput;
  says: string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const looksSigned = /signature|hmac|(?:^|-)sign(?:ed)?$/;
const besideOne = /timestamp|version|algorithm|input|method|alg$/;
const mostHints = 5;

/** How a request seems to be signed, told by its headers. What was signed cannot be told from them: that is for a try with the secret. */
export function signatureHints(headers: Headers): SignatureHint[] {
  return Object.entries(headers)
    .flatMap(([header, value]) => (typeof value === "string" ? (hintOf(header, value, headers) ?? []) : []))
    .slice(0, mostHints);
}

function hintOf(header: string, value: string, headers: Headers): SignatureHint | null {
  const senders = Object.keys(signings).filter((name) => isOf(signings[name]!, header, value, headers));
  if (senders.length > 0) {
    const titles = senders.map((name) => signingTitles[name] ?? name).join(" and ");
    return { header, senders, signature: senders[0]!, says: `${header} is signed as ${titles} ${senders.length === 1 ? "does" : "do"}.` };
  }
  if (!looksSigned.test(header) || besideOne.test(header)) return null;
  return described(header, value, headers);
}

/** Whether a header is that of a known sender, with a signature of the right length in it, and the headers that belong to it. */
function isOf(
  { header: name, prefix, encoding, algorithm, timestamp, id }: Signing,
  header: string,
  value: string,
  headers: Headers,
): boolean {
  if (header !== name) return false;
  if (id !== undefined && headers[id] === undefined) return false;
  if (timestamp && "header" in timestamp && headers[timestamp.header] === undefined) return false;
  if (timestamp && "part" in timestamp && !value.includes(timestamp.part)) return false;
  const parts = value.split(prefix.endsWith(",") ? /\s+/ : /[\s,]+/).filter((part) => part.startsWith(prefix));
  return parts.some((part) => algorithmOf(part.slice(prefix.length))?.[encoding] === algorithm);
}

function described(header: string, value: string, headers: Headers): SignatureHint {
  const prefix = /^[a-z][a-z0-9]{0,9}=(?=.{20})/i.exec(value)?.[0] ?? "";
  const found = algorithmOf(value.slice(prefix.length));
  const encoding = found?.hex ? "hex" : "base64";
  const algorithm = found?.[encoding];
  if (algorithm === undefined)
    return { header, senders: [], signature: { header }, says: `${header} may be a signature of a kind that is not known here.` };
  const timestamp = Object.keys(headers).find((name) => name.includes("timestamp") && /^\d{9,11}$/.test(String(headers[name])));
  const signature = {
    header,
    algorithm,
    encoding,
    ...(prefix !== "" && { prefix }),
    ...(timestamp !== undefined && { timestamp }),
  } as const;
  const after = prefix === "" ? "" : ` after '${prefix}'`;
  const time = timestamp === undefined ? "" : `; ${timestamp} is a time, which may be signed with the body`;
  return { header, senders: [], signature, says: `${header} has an HMAC-${algorithm.toUpperCase()} in ${encoding}${after}${time}.` };
}

type Algorithm = Signing["algorithm"];
const byBytes: Readonly<Record<number, Algorithm>> = { 20: "sha1", 32: "sha256", 64: "sha512" };

/** By its length, in either writing. */
function algorithmOf(text: string): { hex?: Algorithm; base64?: Algorithm } | null {
  const hex = /^[0-9a-f]+$/i.test(text) ? byBytes[text.length / 2] : undefined;
  if (hex) return { hex };
  const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? byBytes[Buffer.from(text, "base64").length] : undefined;
  return base64 ? { base64 } : null;
}
