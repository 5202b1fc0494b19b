/** Names of tags that look like one tag written in several ways. */
import { grouped } from "#kernel/grouped.ts";
import { createPace, eachAtPace, type Pace } from "#kernel/pace.ts";

/** Why names belong together, the surest first. */
export type NearReason = "case" | "spaces" | "plural" | "spelling";

export interface NearGroup {
  names: string[];
  why: NearReason[];
}

/** Shorter names differ by a letter and mean something else: "vip", "vap". */
const fewestForSlip = 5;
const longestCompared = 60;
/** Of names that are alike by the thousand, each is compared with so many: nobody reads more, and the page must not wait. */
const mostCompared = 5;

/** Groups of names that differ by case, spaces and dashes, a plural, or a slip of the keys. Names that only differ in a digit are apart: "2025", "2026". */
export async function nearGroups(names: readonly string[], pace: Pace = createPace()): Promise<NearGroup[]> {
  const groups = new Groups(names);
  await joinBy(groups, names, foldCase, "case", pace);
  await joinBy(groups, names, foldSpaces, "spaces", pace);
  await joinBy(groups, names, foldPlural, "plural", pace);
  await joinMisspelt(groups, names, pace);
  return groups.list();
}

/** How many lists of names are remembered. */
const mostRemembered = 20;

/** Groups of lists of names, worked out again only where a list is another one than the last time. */
export class NearGroups {
  readonly #pace: Pace;
  readonly #known = new Map<string, { names: readonly string[]; groups: Promise<NearGroup[]> }>();

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** `key`: whose list it is. */
  of(key: string, names: readonly string[]): Promise<NearGroup[]> {
    const before = this.#known.get(key);
    const isSame = before?.names.length === names.length && names.every((name, i) => name === before.names[i]);
    const known = isSame ? before : { names, groups: nearGroups(names, this.#pace) };
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value!);
    return known.groups;
  }
}

const foldCase = (name: string): string => name.normalize("NFKC").trim().toLowerCase();
const foldSpaces = (name: string): string => {
  const folded = foldCase(name).replace(/[\s\-_./]+/gu, "");
  return folded === "" ? foldCase(name) : folded;
};
const foldPlural = (name: string): string => {
  const folded = foldSpaces(name);
  if (folded.length < 4) return folded;
  if (folded.endsWith("ies")) return `${folded.slice(0, -3)}y`;
  return folded.endsWith("s") && !folded.endsWith("ss") ? folded.slice(0, -1) : folded;
};

async function joinBy(
  groups: Groups,
  names: readonly string[],
  fold: (name: string) => string,
  why: NearReason,
  pace: Pace,
): Promise<void> {
  const first = new Map<string, string>();
  await eachAtPace(names, pace, (name) => {
    const key = fold(name);
    const twin = first.get(key);
    if (twin === undefined) first.set(key, name);
    else groups.join(twin, name, why);
  });
}

interface FoldedName {
  name: string;
  folded: string;
  digits: string;
}

/** Names that are one slip apart have a form in common that lacks at most one letter, so that only those are compared. */
async function joinMisspelt(groups: Groups, names: readonly string[], pace: Pace): Promise<void> {
  const byForm = new Map<string, FoldedName[]>();
  await eachAtPace(names, pace, (name) => {
    const folded = foldSpaces(name);
    const own: FoldedName = { name, folded, digits: folded.replace(/\D/g, "") };
    const met = new Set<FoldedName>();
    for (const form of shortened(folded)) {
      const others = byForm.get(form);
      if (others === undefined) {
        byForm.set(form, [own]);
        continue;
      }
      for (const other of others) met.add(other);
      if (others.length < mostCompared) others.push(own);
    }
    for (const other of met) if (isMisspelt(other, own) && !groups.areJoined(other.name, name)) groups.join(other.name, name, "spelling");
  });
}

function shortened(text: string): Set<string> {
  if (text.length < fewestForSlip - 1 || text.length > longestCompared) return new Set();
  return new Set([text, ...Array.from({ length: text.length }, (_, at) => text.slice(0, at) + text.slice(at + 1))]);
}

const isMisspelt = (a: FoldedName, b: FoldedName): boolean =>
  Math.max(a.folded.length, b.folded.length) >= fewestForSlip && a.digits === b.digits && isOneSlip(a.folded, b.folded);

/** Whether exactly one letter was put in, left out, changed or swapped with its neighbour. */
export function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [one, other] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (one.length === 2 && other.length === 2) return one[0] === other[1] && one[1] === other[0];
  return one !== other && one.length <= 1 && other.length <= 1;
}

/** Names in disjoint sets. */
class Groups {
  readonly #parent = new Map<string, string>();
  readonly #why = new Map<string, Set<NearReason>>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#parent.set(name, name);
  }

  join(a: string, b: string, why: NearReason): void {
    const [one, other] = [this.#root(a), this.#root(b)];
    if (one === other) return;
    this.#parent.set(other, one);
    this.#why.set(one, new Set([...(this.#why.get(one) ?? []), ...(this.#why.get(other) ?? []), why]));
  }

  areJoined(a: string, b: string): boolean {
    return this.#root(a) === this.#root(b);
  }

  list(): NearGroup[] {
    const members = grouped([...this.#parent.keys()], (name) => this.#root(name));
    return [...members].filter(([, names]) => names.length > 1).map(([root, names]) => ({ names, why: [...this.#why.get(root)!] }));
  }

  /** Shortens the way there, so that a long chain is walked once. */
  #root(name: string): string {
    let root = name;
    while (this.#parent.get(root) !== root) root = this.#parent.get(root)!;
    for (let at = name; at !== root;) {
      const next = this.#parent.get(at)!;
      this.#parent.set(at, root);
      at = next;
    }
    return root;
  }
}

/** The name to keep of a group: the one that most carry, and among equals the one that needs the fewest signs to say it. */
export function keeperOf(names: readonly string[], carriers: (name: string) => number): string {
  return names.toSorted((a, b) => carriers(b) - carriers(a) || a.length - b.length || (a < b ? -1 : 1))[0]!;
}
