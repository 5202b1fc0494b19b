/** curl commands as requests. */
import { listed } from "#kernel/words.ts";
import { readOptions, type ReadOption } from "./curl-options.ts";
import { readLenient } from "./lenient-json.ts";
import { unreadable, type Pair, type Sent, type SentBody, type SentRequest } from "./sent-request.ts";
import { curlCommands, type Command } from "./shell-words.ts";
import { addSecret } from "./values.ts";

const longestText = 200_000;
const mostCommands = 200;

/** Reads the curl commands of a text. Throws BAD_INPUT where there is none, or where one cannot be read. */
export function readCurl(text: string): Sent {
  if (text.length > longestText) throw unreadable(`is longer than ${longestText.toLocaleString("en")} characters; paste fewer commands`);
  const commands = commandsIn(text);
  const sent: Sent = { requests: [], notes: [], secrets: [] };
  for (const command of commands.slice(0, mostCommands)) addCommand(sent, command);
  if (commands.length > mostCommands)
    sent.notes.push({
      at: null,
      says: `Further commands were left out; ${mostCommands} are read at a time`,
    });
  if (sent.requests.length > 0) return sent;
  throw unreadable(sent.notes.length > 0 ? `has no request in it. ${sent.notes[0]!.says}` : "has no curl command with an address in it");
}

function commandsIn(text: string): Command[] {
  try {
    return curlCommands(text, mostCommands + 1);
  } catch {
    throw unreadable("has a curl command with a ${ or a quote that never ends");
  }
}

function addCommand(sent: Sent, { words, line, operator, substituted }: Command): void {
  const at = `line ${line}`;
  const note = (says: string) => void sent.notes.push({ at, says });
  if (substituted) note("A command within $(…) was not run; what it stands for was left as it is");
  if (operator !== undefined) note(`What follows '${operator}' was left out; an address with '&' in it has to be in quotes`);
  let options: ReadOption[] = [];
  for (const option of [...readOptions(words.slice(1)), nextCommand]) {
    if (option.means !== "next") {
      options.push(option);
      continue;
    }
    const request = new CurlRequest(options, note, at, sent.secrets).read();
    if (request) sent.requests.push(request);
    options = [];
  }
}

const nextCommand: ReadOption = { name: "--next", means: "next", value: "" };

/** What the options of one command come to. */
class CurlRequest {
  readonly #options: readonly ReadOption[];
  readonly #note: (says: string) => void;
  readonly #at: string;
  readonly #secrets: string[];
  readonly #headers: Pair[] = [];
  readonly #data: string[] = [];
  readonly #form: Pair[] = [];
  readonly #files: string[] = [];
  readonly #query: string[] = [];
  readonly #urls: string[] = [];
  #method = "";
  #get = false;
  #json = false;
  #basic = false;
  #unreadFile = false;

  constructor(options: readonly ReadOption[], note: (says: string) => void, at: string, secrets: string[]) {
    this.#options = options;
    this.#note = note;
    this.#at = at;
    this.#secrets = secrets;
  }

  /** Null where the command calls nothing that an operation could call. */
  read(): SentRequest | null {
    for (const option of this.#options) this.#take(option);
    const [address, ...others] = this.#urls.filter(isAddress);
    if (address === undefined) return this.#nothing("The command names no address");
    if (others.length > 0) this.#note(`Of its ${others.length + 1} addresses only the first is taken`);
    const text = this.#data.join("&");
    const moved = this.#get ? text.split("&").filter((part) => part !== "") : [];
    const body = this.#get ? null : this.#body(text);
    const method = this.#method || (body || this.#unreadFile ? "POST" : "GET");
    if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method))
      return this.#nothing(`An operation cannot be made with the method ${method.slice(0, 20)}`);
    if (body && method === "GET") this.#note("A GET has no body in Millrace; its body was left out");
    const url = withQuery(withScheme(address), [...this.#query, ...moved]);
    return { method, url, headers: this.#headers, body: method === "GET" ? null : body, basic: this.#basic, at: this.#at };
  }

  #nothing(says: string): null {
    if (this.#options.length > 0) this.#note(says);
    return null;
  }

  #take({ name, means, value }: ReadOption): void {
    if (typeof means === "object") return this.#note(`${name}: ${means.lost}`);
    switch (means) {
      case "method":
        this.#method = value.toUpperCase();
        return;
      case "header":
        return this.#header(value);
      case "data":
        return value.startsWith("@") ? this.#fromFile(value) : void this.#data.push(value);
      case "raw":
        this.#data.push(value);
        return;
      case "urlencode":
        return this.#urlencode(value);
      case "json":
        this.#json = true;
        return value.startsWith("@") ? this.#fromFile(value) : void this.#data.push(value);
      case "form":
      case "formText":
        return this.#member(value, means === "form");
      case "user":
        this.#basic = true;
        addSecret(this.#secrets, value, ":");
        return;
      case "cookie":
        return this.#note("Cookies were left out: a login by cookie ends with the browser's session");
      case "bearer":
        this.#headers.push(["Authorization", `Bearer ${value}`]);
        return;
      case "url":
        this.#urls.push(value);
        return;
      case "urlQuery":
        this.#query.push(value.replace(/^\+/, ""));
        return;
      case "get":
        this.#get = true;
        return;
      case "head":
        this.#method ||= "HEAD";
        return;
      case "next":
      case "ignored":
        return;
    }
  }

  #header(value: string): void {
    if (value.startsWith("@")) return this.#note("Headers in a file are not here to be read");
    const at = value.search(/[:;]/);
    if (at > 0) this.#headers.push([value.slice(0, at).trim(), value.slice(at + 1).trim()]);
  }

  #fromFile(value: string): void {
    this.#unreadFile = true;
    this.#note(`The body is in the file '${value.slice(1, 80)}', which is not here to be read; paste it into the command`);
  }

  /** `content`, `=content`, `name=content`, `@file` and `name@file`. */
  #urlencode(value: string): void {
    const [, name, sign, content] = /^([^=@]*)([=@])([\s\S]*)$/.exec(value) ?? [undefined, "", "=", value];
    if (sign === "@") return this.#fromFile(`@${content}`);
    this.#data.push(name === "" ? encodeURIComponent(content!) : `${name}=${encodeURIComponent(content!)}`);
  }

  #member(value: string, files: boolean): void {
    const at = value.indexOf("=");
    if (at < 1) return;
    const [name, content] = [value.slice(0, at), value.slice(at + 1)];
    if (files && /^[@<]/.test(content)) this.#files.push(name);
    else this.#form.push([name, files ? content.replace(/;type=[^;]*$/, "") : content]);
  }

  #body(text: string): SentBody | null {
    if (this.#form.length + this.#files.length > 0) return { kind: "multipart", members: this.#form, files: this.#files };
    if (this.#data.length === 0) return null;
    const type = this.#json ? "application/json" : (this.#headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "");
    return bodyOf(text, type, this.#note);
  }
}

/** A body by its content type. Without one, curl says that it is a form; where it looks like JSON it is taken for that. */
export function bodyOf(text: string, type: string, note: (says: string) => void): SentBody {
  const looksLikeJson = /^\s*[[{]/.test(text);
  if (/[/+]json\b/i.test(type) || (looksLikeJson && (type === "" || /x-www-form-urlencoded/i.test(type)))) {
    const read = readLenient(text);
    if (read === null) {
      note("The body is not JSON; it is taken as a text");
      return { kind: "text", type: type || "application/json" };
    }
    if (read.mended.length > 0) note(`The body is JSON only without ${listed(read.mended)}`);
    return { kind: "json", value: read.value };
  }
  if (type !== "" && !/x-www-form-urlencoded/i.test(type)) return { kind: "text", type };
  return { kind: "form", members: [...new URLSearchParams(text)], files: [] };
}

const isAddress = (word: string): boolean => /^(?:[a-z]+:\/\/|\{\{|[\w-]+(?:\.[\w-]+)+(?:[:/?]|$)|localhost\b|\[)/i.test(word);
const withScheme = (address: string): string => (/^(?:[a-z]+:\/\/|\{\{)/i.test(address) ? address : `http://${address}`);

/** Further members of the query, before the part that is never sent. */
function withQuery(url: string, parts: readonly string[]): string {
  const [address = ""] = url.split("#");
  return parts.length === 0 ? address : `${address}${address.includes("?") ? "&" : "?"}${parts.join("&")}`;
}
