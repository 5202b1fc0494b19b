/** Names of tags that look like one tag written in several ways. Pure. */

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
export function nearGroups(names: readonly string[]): NearGroup[] {
  const groups = new Groups(names);
  joinBy(groups, names, foldCase, "case");
  joinBy(groups, names, foldSpaces, "spaces");
  joinBy(groups, names, foldPlural, "plural");
  joinMisspelt(groups, names);
  return groups.list();
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

function joinBy(groups: Groups, names: readonly string[], fold: (name: string) => string, why: NearReason): void {
  const first = new Map<string, string>();
  for (const name of names) {
    const key = fold(name);
    const twin = first.get(key);
    if (twin === undefined) first.set(key, name);
    else groups.join(twin, name, why);
  }
}

/** Names that are one slip apart have a form in common that lacks at most one letter, so that only those are compared. */
function joinMisspelt(groups: Groups, names: readonly string[]): void {
  const byForm = new Map<string, string[]>();
  for (const name of names) {
    const folded = foldSpaces(name);
    for (const form of shortened(folded)) {
      const others = byForm.get(form) ?? [];
      for (const other of others)
        if (!groups.areJoined(other, name) && isMisspelt(foldSpaces(other), folded)) groups.join(other, name, "spelling");
      if (others.length < mostCompared) byForm.set(form, [...others, name]);
    }
  }
}

function shortened(text: string): Set<string> {
  if (text.length < fewestForSlip - 1 || text.length > longestCompared) return new Set();
  return new Set([text, ...Array.from({ length: text.length }, (_, at) => text.slice(0, at) + text.slice(at + 1))]);
}

const digits = (text: string): string => text.replace(/\D/g, "");

const isMisspelt = (a: string, b: string): boolean =>
  Math.max(a.length, b.length) >= fewestForSlip && digits(a) === digits(b) && distance(a, b) === 1;

/** How many letters have to be put in, left out, changed or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
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
    const members = new Map<string, string[]>();
    for (const name of this.#parent.keys()) {
      const root = this.#root(name);
      members.set(root, [...(members.get(root) ?? []), name]);
    }
    return [...members].filter(([, names]) => names.length > 1).map(([root, names]) => ({ names, why: [...this.#why.get(root)!] }));
  }

  #root(name: string): string {
    let root = name;
    while (this.#parent.get(root) !== root) root = this.#parent.get(root)!;
    return root;
  }
}

/** The name to keep of a group: the one that most carry, and among equals the one that needs the fewest signs to say it. */
export function keeperOf(names: readonly string[], carriers: (name: string) => number): string {
  return names.toSorted((a, b) => carriers(b) - carriers(a) || a.length - b.length || (a < b ? -1 : 1))[0]!;
}
