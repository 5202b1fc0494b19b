/** What the options of curl mean for an operation. */

/** What an option does. `ignored` changes only how the command runs; `lost` is something that a definition cannot say, with the sentence. */
export type CurlOption =
  | "method"
  | "header"
  | "data"
  | "raw"
  | "urlencode"
  | "json"
  | "form"
  | "formText"
  | "user"
  | "cookie"
  | "bearer"
  | "url"
  | "urlQuery"
  | "get"
  | "head"
  | "next"
  | "ignored"
  | { lost: string };

const lost = (what: string): CurlOption => ({ lost: what });

/** Options that take a value, by their long names. */
const valued: Readonly<Record<string, CurlOption>> = {
  request: "method",
  header: "header",
  data: "data",
  "data-ascii": "data",
  "data-binary": "data",
  "data-raw": "raw",
  "data-urlencode": "urlencode",
  json: "json",
  form: "form",
  "form-string": "formText",
  user: "user",
  cookie: "cookie",
  "oauth2-bearer": "bearer",
  url: "url",
  "url-query": "urlQuery",
  "user-agent": "ignored",
  referer: "ignored",
  output: "ignored",
  "max-time": "ignored",
  "connect-timeout": "ignored",
  retry: "ignored",
  "retry-delay": "ignored",
  "retry-max-time": "ignored",
  "write-out": "ignored",
  "cookie-jar": "ignored",
  "dump-header": "ignored",
  "limit-rate": "ignored",
  "max-redirs": "ignored",
  "max-filesize": "ignored",
  interface: "ignored",
  "keepalive-time": "ignored",
  stderr: "ignored",
  trace: "ignored",
  "trace-ascii": "ignored",
  "dns-servers": "ignored",
  ciphers: "ignored",
  "tls-max": "ignored",
  range: "ignored",
  "output-dir": "ignored",
  "speed-limit": "ignored",
  "speed-time": "ignored",
  proxy: lost("A proxy is set for all of Millrace, not for an app"),
  cert: lost("A login by client certificate cannot be defined"),
  key: lost("A login by client certificate cannot be defined"),
  "cert-type": "ignored",
  pass: "ignored",
  cacert: lost("The certificates that are trusted are set for all of Millrace, not for an app"),
  capath: "ignored",
  "upload-file": lost("A whole file as the body cannot be defined"),
  config: lost("The options in a file are not here to be read"),
  resolve: lost("A host at another address cannot be defined"),
  "connect-to": lost("A host at another address cannot be defined"),
  "aws-sigv4": lost("Requests that are signed (AWS) cannot be defined"),
  "unix-socket": lost("A local socket cannot be called"),
};
const flags: Readonly<Record<string, CurlOption>> = {
  get: "get",
  head: "head",
  next: "next",
  digest: lost("A login by Digest cannot be defined; basic is taken"),
  ntlm: lost("A login by NTLM cannot be defined"),
  negotiate: lost("A login by Kerberos cannot be defined"),
  insecure: lost("Certificates are always checked"),
};
const short: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  F: "form",
  u: "user",
  b: "cookie",
  A: "user-agent",
  e: "referer",
  o: "output",
  m: "max-time",
  w: "write-out",
  c: "cookie-jar",
  D: "dump-header",
  x: "proxy",
  E: "cert",
  T: "upload-file",
  K: "config",
  r: "range",
  y: "speed-time",
  Y: "speed-limit",
  G: "get",
  I: "head",
  k: "insecure",
  ":": "next",
};

export interface ReadOption {
  name: string;
  means: CurlOption;
  value: string;
}

/** The options and addresses of a command, in order: what stands alone is an address. */
export function readOptions(words: readonly string[]): ReadOption[] {
  const read: ReadOption[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const take = (inline: string | undefined) => inline ?? words[++i] ?? "";
    if (word.startsWith("--") && word !== "--") read.push(longOption(word, take));
    else if (/^-[A-Za-z#:]/.test(word)) read.push(...shortOptions(word, take));
    else if (word !== "--" && word !== "") read.push({ name: "url", means: "url", value: word });
  }
  return read;
}

type Take = (inline: string | undefined) => string;

function longOption(word: string, take: Take): ReadOption {
  const [, name = "", inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const own = (table: Readonly<Record<string, CurlOption>>) => (Object.hasOwn(table, name) ? table[name] : undefined);
  const means = own(valued);
  if (means !== undefined) return { name: `--${name}`, means, value: take(inline) };
  return { name: `--${name}`, means: own(flags) ?? "ignored", value: "" };
}

/** `-sSLX POST`: letters that take no value, and at the end one that may. */
function shortOptions(word: string, take: Take): ReadOption[] {
  const read: ReadOption[] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]!;
    const long = Object.hasOwn(short, letter) ? short[letter]! : "";
    if (Object.hasOwn(valued, long)) {
      const rest = word.slice(at + 1);
      return [...read, { name: `-${letter}`, means: valued[long]!, value: take(rest === "" ? undefined : rest) }];
    }
    read.push({ name: `-${letter}`, means: flags[long] ?? "ignored", value: "" });
  }
  return read;
}
