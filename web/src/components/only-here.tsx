import { deafSentence, isThisMachine, onlyHereSentence } from "#surfaces/own-address.ts";

interface OnlyHereProps {
  url: string;
  /** What the address is for: a link that people open, or a place that apps post events to. */
  of?: "link" | "events";
}

/** Warns beside a link or an address for others where nobody else reaches it. */
export function OnlyHere({ url, of = "link" }: OnlyHereProps) {
  if (!isThisMachine(url)) return null;
  return (
    <p role="note" className="rounded-md bg-warning-soft px-3 py-2 text-ink">
      {of === "link" ? onlyHereSentence(url) : deafSentence(url)}
    </p>
  );
}
