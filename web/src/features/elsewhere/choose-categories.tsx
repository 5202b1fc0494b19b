import { AppMark } from "../../components/app-mark.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { useApps } from "../../lib/apps.ts";
import { categoryKey, keysOf, type Family } from "./families.ts";

interface ChooseProps {
  families: readonly Family[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** Tick boxes for apps and their categories. */
export function ChooseCategories({ families, chosen, onChange }: ChooseProps) {
  const set = (keys: readonly string[], on: boolean) =>
    onChange(new Set(on ? [...chosen, ...keys] : [...chosen].filter((key) => !keys.includes(key))));
  return (
    <div className="flex flex-col gap-5">
      {families.map((family) => (
        <FamilyBoxes key={family.app} family={family} chosen={chosen} set={set} />
      ))}
    </div>
  );
}

function FamilyBoxes({
  family,
  chosen,
  set,
}: {
  family: Family;
  chosen: ReadonlySet<string>;
  set: (keys: readonly string[], on: boolean) => void;
}) {
  const title = useApps().title(family.app);
  const keys = keysOf([family]);
  const ticked = keys.filter((key) => chosen.has(key)).length;
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{title}</legend>
      <label className="flex min-h-8 items-center gap-2.5 font-medium">
        <Checkbox
          label={`All of ${title}`}
          checked={ticked === keys.length ? true : ticked > 0 && "some"}
          onChange={(on) => set(keys, on)}
        />
        <AppMark app={family.app} size={20} />
        <bdi className="truncate">{title}</bdi>
      </label>
      {family.categories.length > 1 && (
        <ul className="mt-1 grid gap-x-6 pl-7 sm:grid-cols-2">
          {family.categories.map(({ name, count }) => {
            const key = categoryKey(family.app, name);
            return (
              <li key={key}>
                <label className="flex min-h-8 items-center gap-2.5">
                  <Checkbox label={name} checked={chosen.has(key)} onChange={(on) => set([key], on)} />
                  <span className="min-w-0 truncate">
                    <bdi>{name}</bdi>
                  </span>
                  <span className="text-meta text-ink-3 tabular-nums">{count}</span>
                </label>
              </li>
            );
          })}
        </ul>
      )}
    </fieldset>
  );
}
