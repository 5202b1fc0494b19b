import type { DraftNote } from "#api/schemas/app-drafts.ts";
import { cutText } from "#kernel/characters.ts";

const mostNotes = 500;

/** What of a document was left out or not understood. The same note twice is one, and their number is bounded. */
export class Notes {
  readonly #notes = new Map<string, DraftNote>();
  #more = 0;

  /** `at`: the place, as its reader would write it (`paths./pets.get`); null for all of the document. */
  add(at: string | null, says: string): void {
    const key = `${at ?? ""}\n${says}`;
    if (this.#notes.has(key)) return;
    if (this.#notes.size >= mostNotes) this.#more++;
    else this.#notes.set(key, { at: at === null ? null : cutText(at, 300), says: cutText(says, 500) });
  }

  all(): DraftNote[] {
    const notes = [...this.#notes.values()];
    return this.#more === 0 ? notes : [...notes, { at: null, says: `There are ${this.#more} more such notes, which are not shown.` }];
  }
}
