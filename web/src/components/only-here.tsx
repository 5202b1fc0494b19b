import { isThisMachine, onlyHereSentence } from "#surfaces/own-address.ts";

/** Warns beside a link for others where nobody else can open it. */
export function OnlyHere({ url }: { url: string }) {
  if (!isThisMachine(url)) return null;
  return (
    <p role="note" className="rounded-md bg-warning-soft px-3 py-2">
      {onlyHereSentence(url)}
    </p>
  );
}
