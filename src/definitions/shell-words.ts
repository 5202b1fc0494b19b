/** Command lines as they stand in terminals and documentation, cut into commands and words. Nothing in them is run. */
import shellQuote from "shell-quote";

/** A command's words. `operator`: what ended them, such as a pipe. `substituted`: a `$(…)` is in them. */
export interface Command {
  words: string[];
  line: number;
  operator?: string;
  substituted?: boolean;
}

/** More than any command has that is pasted. */
const mostWords = 2_000;

type Shell = "bash" | "cmd" | "powershell";

const shellOf = (text: string): Shell => {
  if (/\^[ \t]*\n|\s\^"/.test(text.replace(/\\['"]|'[^']*'/g, ""))) return "cmd";
  return /`[ \t]*\r?\n[ \t]*-/.test(text) ? "powershell" : "bash";
};

const beginning =
  /(?:^[ \t]*(?:[$#%>][ \t]+|PS[^>\n]*>[ \t]*|[A-Za-z]:[^>\n]*>[ \t]*)?(?:sudo[ \t]+)?|[`;|(][ \t]*|&&[ \t]*)(curl(?:\.exe)?)(?=[ \t])/gim;

/** The commands that call curl, wherever they stand in a text, up to so many. Throws where one cannot be cut into words. */
export function curlCommands(source: string, most: number): Command[] {
  const text = withStraightQuotes(
    source
      .replace(/^\uFEFF/, "")
      .replace(/\u00A0/g, " ")
      .replace(/\r\n?/g, "\n"),
  );
  const shell = shellOf(text);
  const commands: Command[] = [];
  let readTo = 0;
  for (const match of text.matchAll(beginning)) {
    const start = match.index + match[0].length - match[1]!.length;
    if (start < readTo) continue;
    if (commands.length >= most) break;
    const end = endOf(text, start, shell);
    readTo = end;
    commands.push({ ...wordsOf(text.slice(start, end), shell), line: lineAt(text, start) });
  }
  return commands;
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;

/** Word processors and pages turn quotes round. */
const withStraightQuotes = (text: string): string => {
  const single = text.includes("'") ? text : text.replace(/[‘’]/g, "'");
  return /["]/.test(single) ? single : single.replace(/[“”]/g, '"');
};

/** Where a command ends: at a line end that is in no quotes and goes on nowhere. */
function endOf(text: string, start: number, shell: Shell): number {
  const escape = { bash: "\\", cmd: "^", powershell: "`" }[shell];
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const c = text[at]!;
    if (c === escape && quote !== "'") at += skipped(text, at);
    else if (c === "\\" && quote === '"') at++;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === '"' || (c === "'" && shell !== "cmd")) quote = c;
    else if (c === "\n" && !/^\n[ \t]*(?:>[ \t]*)?-{1,2}[A-Za-z]/.test(text.slice(at, at + 80)) && !isHeredoc(text.slice(start, at)))
      return at;
    else if (c === "\n" && isHeredoc(text.slice(start, at))) return heredocEnd(text, start, at);
  }
  return text.length;
}

/** An escape goes over the next character, and at a line's end over the spaces that came with copying. */
const skipped = (text: string, at: number): number => /^[ \t]*\n/.exec(text.slice(at + 1, at + 40))?.[0].length ?? 1;

const heredoc = /<<-?[ \t]*(['"]?)(\w+)\1[ \t]*$/;
const isHeredoc = (command: string): boolean => heredoc.test(command.slice(-100));
function heredocEnd(text: string, start: number, at: number): number {
  const mark = heredoc.exec(text.slice(start, at))![2]!;
  const end = text.indexOf(`\n${mark}`, at);
  return end === -1 ? text.length : end + mark.length + 1;
}

function wordsOf(command: string, shell: Shell): Omit<Command, "line"> {
  if (shell === "cmd") return { words: windowsWords(command.replace(/\^[ \t]*\n/g, " ").replace(/\^([\s\S])/g, "$1")) };
  const escape = shell === "bash" ? /\\[ \t]*\n[ \t]*(?:>[ \t]+)?/g : /`[ \t]*\n/g;
  return bashWords(
    withHeredoc(command)
      .replace(escape, " ")
      .replace(/\n[ \t]*>[ \t]*(?=-)/g, " "),
  );
}

/** `-d @- <<EOF … EOF` with its lines in place of the file. */
function withHeredoc(command: string): string {
  const [whole, , mark] = /<<-?[ \t]*(['"]?)(\w+)\1[ \t]*\n/.exec(command) ?? [];
  if (whole === undefined) return command;
  const at = command.indexOf(whole);
  const lines = command.slice(at + whole.length).replace(new RegExp(`\\n?${mark}\\s*$`), "");
  return command.slice(0, at).replace(/@-(?=['"\s]|$)/, () => `'${lines.replaceAll("'", `'\\''`)}'`);
}

/** The words as the Windows command line has them: only double quotes, and a backslash before one. */
function windowsWords(command: string): string[] {
  const words = command.match(/(?:"(?:\\[\s\S]|""|[^"\\])*"?|[^\s"])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\[\s\S]|""|[^"\\])*)"?/g, (_, inner: string) => inner.replace(/\\(["\\])/g, "$1").replace(/""/g, '"')),
  );
}

function bashWords(command: string): Omit<Command, "line"> {
  const substituted = /(?<!\\)\$\(/.test(command.replace(/\\['"]|'[^']*'/g, ""));
  const words: string[] = [];
  const parts = shellQuote.parse(withPlainHashes(command), variable);
  for (const [i, part] of parts.entries()) {
    if (typeof part === "string") words.push(part);
    else if ("pattern" in part) words.push(part.pattern);
    else if ("comment" in part) break;
    else if (isForgottenQuote(part.op, words, parts[i + 1])) words.push(`${words.pop()!}&`);
    else return { words: joined(words), operator: part.op, substituted };
  }
  return { words: joined(words), substituted };
}

/** `https://…?a=1&b=2` without quotes: a shell would end the command there, and nobody means that. */
const isForgottenQuote = (op: string, words: readonly string[], next: unknown): boolean =>
  op === "&" && /^[^\s]*\?[^\s]*=/.test(words.at(-1) ?? "") && (typeof next === "string" ? /^[\w.[\]-]+=/.test(next) : isPattern(next));
const isPattern = (part: unknown): boolean => typeof part === "object" && part !== null && "pattern" in part;
function joined(words: readonly string[]): string[] {
  const all: string[] = [];
  for (const word of words.slice(0, mostWords)) {
    const last = all.at(-1);
    if (last?.endsWith("&") && last.includes("?")) all[all.length - 1] = last + word;
    else all.push(word);
  }
  return all;
}

/** Within a word a `#` is no comment. */
const withPlainHashes = (command: string): string =>
  command.replace(/\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|(?<=[^\s\\])#/g, (part) => (part === "#" ? "\\#" : part));

/** `$NAME` is kept by its name; `$$` and `$(` are what somebody typed. */
function variable(name: string): string {
  const [word] = /^\w+/.exec(name) ?? [];
  return word === undefined ? `$${name}` : `{{${word}}}`;
}
