import { CircleCheck, TriangleAlert } from "lucide-react";
import { Icon } from "../../../../components/ui/icon.tsx";
import type { CatalogEntry } from "#api/schemas.ts";
import { plural } from "../../../../lib/words.ts";

interface NeededLineProps {
  missing: number;
  /** How many fields are filled in with what cannot be used. */
  wrong?: number;
}

/** How many fields are still needed, in one line above them. It is there from the start and stays, so that no field moves. */
export function NeededLine({ missing, wrong = 0 }: NeededLineProps) {
  const isDone = missing === 0 && wrong === 0;
  return (
    <p role="status" className={`flex items-center gap-1.5 text-meta ${isDone ? "text-ink-3" : "text-warning"}`}>
      <Icon of={isDone ? CircleCheck : TriangleAlert} size={12} className="shrink-0" />
      {isDone
        ? "All needed fields are filled in"
        : missing > 0
          ? `${plural(missing, "field")} ${missing === 1 ? "is" : "are"} needed`
          : `${plural(wrong, "field")} to look at`}
    </p>
  );
}

type Fields = CatalogEntry["inputs"];

/** How many fields have something that cannot be used, beside those that have nothing. */
export const wrongIn = ({ inputs }: Pick<CatalogEntry, "inputs">, missing: Fields, errors: ReadonlyMap<string, string>): number =>
  inputs.filter(({ name }) => errors.has(name) && !missing.some((field) => field.name === name)).length;
