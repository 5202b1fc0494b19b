import { cutText } from "#kernel/characters.ts";

/** Names that a step cannot have: words of the mapping language, of scripts, and of what every script reads. */
const reserved = new Set(
  "trigger flow run now today true false nil null blank empty and or not contains forloop input steps item items this new return const let var function class if else for while do switch case break continue default delete in of try catch throw typeof void with yield await async import export super static enum undefined uuid console Math Date JSON Object Array String Number Boolean".split(
    " ",
  ),
);

/** Gives each thing a name of its own that templates can read, near to what people called it. */
export class Names {
  readonly #used = new Set<string>();
  readonly #titles = new Set<string>();

  of(title: string, otherwise = "step"): string {
    const plain = slug(title) || otherwise;
    const start = /^[a-z]/.test(plain) ? plain : `${otherwise}_${plain}`;
    for (let n = 1; ; n++) {
      const name = n === 1 ? start : `${start}_${n}`;
      if (this.#used.has(name) || reserved.has(name)) continue;
      this.#used.add(name);
      return name;
    }
  }

  /** A title that no other step has, so that a line of the report belongs to one step. */
  title(text: string): string {
    for (let n = 1; ; n++) {
      const title = n === 1 ? text : `${text} (${n})`;
      if (this.#titles.has(title)) continue;
      this.#titles.add(title);
      return title;
    }
  }

  /** `item`, or another where a loop within a loop needs one. */
  item(): string {
    for (let n = 1; ; n++) {
      const name = n === 1 ? "item" : `item_${n}`;
      if (this.#used.has(name)) continue;
      this.#used.add(name);
      return name;
    }
  }
}

const slug = (title: string): string =>
  title
    .slice(0, 200)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .slice(0, 40)
    .replace(/_$/, "");

/** A title as a flow or a step takes it: one line, not too long. */
export function titleOf(text: string): string {
  const line = text
    .slice(0, 1000)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return cutText(line, 100);
}

/** The name of an action as words: `createAContact` and `create_a_contact` are "Create a contact". */
export function actionTitle(name: string): string {
  const words = name
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
