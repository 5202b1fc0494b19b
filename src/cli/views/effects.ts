/** Pure: what a call would change, as people read it. */
import type { EffectView } from "../shapes.ts";
import { brief, clean, paint, type Paper, type Style } from "../text.ts";

type Effect = Omit<EffectView, "step">;

const styles: Partial<Record<Effect["effect"], Style>> = { create: "green", update: "yellow", delete: "red" };

/** `Would update contact Ada Lovelace`, with each field's old and new value underneath. */
export function effectLines(effect: Effect, paper: Paper): string[] {
  const who = effect.record ?? effect.recordId;
  const what = `${clean(effect.title)}${who === undefined ? "" : `: ${clean(who)}`}`;
  if (effect.unchanged) return [paint(paper, "dim", `Nothing to change: ${what}`)];
  return [
    paint(paper, styles[effect.effect], `Would ${effect.effect === "other" ? "write" : effect.effect}: ${what}`),
    ...(effect.warning === undefined ? [] : [`  ${paint(paper, "yellow", clean(effect.warning))}`]),
    ...changeLines(effect).map((line) => `  ${line}`),
  ];
}

function changeLines({ changes, tags }: Effect): string[] {
  const fields = changes.map(({ field, label, old, new: now, note }) => {
    const change = isNothing(old)
      ? isNothing(now)
        ? "is empty already"
        : brief(now)
      : isNothing(now)
        ? `${brief(old)} would be emptied`
        : `${brief(old)} -> ${brief(now)}`;
    return `${clean(label ?? field)}: ${change}${note === undefined ? "" : ` (${clean(note)})`}`;
  });
  const labels = [...(tags?.added ?? []).map((tag) => `tag + ${clean(tag)}`), ...(tags?.removed ?? []).map((tag) => `tag - ${clean(tag)}`)];
  return [...fields, ...labels];
}

const isNothing = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
