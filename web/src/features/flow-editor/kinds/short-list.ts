import { listed, plural } from "../../../lib/words.ts";

const shownNames = 3;
/** A list of names, cut where it gets long. */
export const shortList = (names: readonly string[]): string =>
  names.length <= shownNames
    ? listed(names)
    : `${names.slice(0, shownNames).join(", ")} and ${plural(names.length - shownNames, "more field")}`;
