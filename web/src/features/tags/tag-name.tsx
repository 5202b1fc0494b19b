import type { TagView } from "#api/schemas.ts";

/** A tag's name with the colour and the words that are kept of it here. */
export function TagName({ tag: { name, colour, description } }: { tag: Pick<TagView, "name" | "colour" | "description"> }) {
  return (
    <span className="flex min-w-0 flex-col">
      <span className="flex min-w-0 items-center gap-2 font-medium">
        {colour !== null && <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ backgroundColor: colour }} />}
        <bdi className="min-w-0 break-words">{name}</bdi>
      </span>
      {description !== null && <span className="text-meta text-ink-3">{description}</span>}
    </span>
  );
}
