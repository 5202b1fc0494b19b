import type { CatalogLine } from "./catalog-lines.ts";
import { operationTitle, operationWords } from "./operation-words.ts";
import { synonymsOf } from "./synonyms.ts";

/** What words are looked for in: a title counts most. */
export interface Findable {
  title: string;
  /** What is shown of it, where the title has further words in it. */
  name?: string;
  rest: string;
  /** The last part of its key, which people type as well: `post`, `create_note`. */
  key?: string;
  /** Its app: who types that means what is in it. */
  app?: string;
  /** It writes nothing. Who names only a thing wants to write it, unless a word such as "find" says otherwise. */
  reads?: boolean;
  /** Nobody is logged in to its app: what is connected is meant first. */
  unconnected?: boolean;
  /** It replaces lists that a record has: of two with one name, the other is meant. */
  overwrites?: boolean;
  deprecated?: boolean;
}

/** What of a line of the catalog is searched. */
type FoundLine = Pick<CatalogLine, "title" | "key" | "category" | "app" | "path" | "method" | "deprecated" | "kind" | "replaces"> & {
  effect: string | null;
};

/** Operations that contain every word or a synonym of it, in title, key, category or path; those whose title begins with the first word come first. */
export function findOperations<Line extends FoundLine>(
  entries: readonly Line[],
  words: string,
  isUnconnected: (entry: Line) => boolean = () => false,
): Line[] {
  return findIn(entries, words, (entry) => {
    const { title, key, category, app, path, method, deprecated } = entry;
    return {
      name: operationWords({ title }),
      title: operationTitle({ title }),
      rest: `${anew(entry)}${title} ${key} ${category} ${app} ${path ?? ""} ${method ?? ""}`,
      ...keyFacts(entry),
      unconnected: isUnconnected(entry),
      deprecated,
    };
  });
}

/** A list that can be checked is a trigger of what is new or changed in it. */
export const anew = ({ kind }: Pick<CatalogLine, "kind">): string => (kind === "trigger" ? "new changed " : "");

/** What an operation is found by beside its words. */
export const keyFacts = ({
  key,
  app,
  effect,
  replaces,
}: Pick<FoundLine, "key" | "app" | "effect" | "replaces">): Pick<Findable, "key" | "app" | "reads" | "overwrites"> => ({
  app,
  key: key.slice(key.lastIndexOf(".") + 1),
  reads: effect === "read",
  overwrites: replaces.length > 0,
});

/** The same for anything that has a title. Where nothing that is meant has every word, what follows "for" or "by" is left out: it says to what it is done, or by what. */
export function findIn<T>(all: readonly T[], words: string, look: (one: T) => Findable): T[] {
  const typed = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = withTelling(all, typed, look);
  const end = typed.findIndex((word, i) => i > 0 && relating.has(word));
  const isMeant = found.length > 0 && !(typed.some((word) => writing.has(word)) && found.every((one) => look(one).reads === true));
  if (isMeant || end < 0) return found;
  const ofBeginning = withTelling(all, typed.slice(0, end), look);
  return ofBeginning.length > 0 ? ofBeginning : found;
}

/** Who says so does not want to read. */
const writing = new Set(["create", "add", "make", "write", "book", "update", "change", "remove", "delete", "send"]);

function withTelling<T>(all: readonly T[], typed: readonly string[], look: (one: T) => Findable): T[] {
  const telling = typed.filter((word) => !little.has(word));
  const wanted = telling.length > 0 ? telling : typed;
  if (wanted.length === 0) return [...all];
  const found = withWords(all, wanted, look);
  const narrower = wanted.filter((word) => !kindWords.has(word));
  return found.length > 0 || narrower.length === 0 || narrower.length === wanted.length ? found : withWords(all, narrower, look);
}

function withWords<T>(all: readonly T[], wanted: readonly string[], look: (one: T) => Findable): T[] {
  const looksUp = wanted.some((word) => lookUps.has(word));
  const others = wanted.map((word) => [...synonymsOf(word)]);
  return (
    all
      .map((one) => ({ one, texts: look(one) }))
      .map(({ one, texts }) => ({
        one,
        rank: rankOf(texts, wanted, others) * (texts.reads === true && !looksUp ? 0.75 : 1) * (texts.unconnected === true ? 0.75 : 1),
        length: (texts.name ?? texts.title).length,
        overwrites: texts.overwrites === true,
      }))
      .filter(({ rank }) => rank > 0)
      // Of two that have the words, the one that says nothing more is meant: "Add tags to contact", not "Add tags to many contacts".
      .sort((a, b) => b.rank - a.rank || a.length - b.length || Number(a.overwrites) - Number(b.overwrites))
      .map(({ one }) => one)
  );
}

/** Words between what is done and to what, or by what. */
const relating = new Set(["to", "of", "for", "from", "with", "on", "in", "into", "at", "by"]);

/** Words of every sentence, which narrow nothing down. */
const little = new Set([...relating, ..."a an the and up please can could you i we my our this that it me us want need some".split(" ")]);

/** What a thing is, and not what it does: left out where nothing has it, since triggers are not called so. */
const kindWords = new Set(
  ["trigger", "event", "webhook", "action", "operation", "step", "flow", "workflow"].flatMap((word) => [word, `${word}s`]),
);

const lookUps = new Set(["find", "get", "list", "search", "lookup", "look-up", "look", "count", "read", "show", "fetch"]);

function rankOf(texts: Findable, wanted: readonly string[], others: readonly (readonly string[])[]): number {
  const title = texts.title.toLowerCase();
  const rest = texts.rest.toLowerCase();
  let rank = texts.deprecated === true ? 0.5 : 1;
  for (const [i, word] of wanted.entries()) {
    const own = rankOfWord(word, texts, title, rest);
    // What is called otherwise comes after whatever has the word in its title.
    const otherwise = Math.max(0, ...others[i]!.map((other) => rankOfWord(other, texts, title, rest))) / 2.5;
    const best = Math.max(own, otherwise);
    if (best === 0) return 0;
    rank += best;
  }
  return rank;
}

function rankOfWord(word: string, { key, app }: Findable, title: string, rest: string): number {
  if (word === key || word === app) return 4.5;
  if (title.startsWith(word)) return 4;
  if (` ${title} `.includes(` ${word} `) || ` ${title} `.includes(` ${word}s `)) return 3.5;
  if (title.includes(` ${word}`)) return 3;
  // Two letters are in the middle of many words.
  if (word.length < 3) return rest.startsWith(word) || rest.includes(` ${word}`) ? 1 : 0;
  if (title.includes(word)) return 2;
  // "count" is not what "account" is about: a synonym is nearer.
  return begins(rest, word) ? 1 : rest.includes(word) ? 0.3 : 0;
}

/** Whether one of the words of a text begins so. */
function begins(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (at === 0 || !/[a-z0-9]/.test(text[at - 1]!)) return true;
  return false;
}
