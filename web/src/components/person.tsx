import type { RunView } from "#api/schemas.ts";

/** Who a run is about. Names follow their own direction; an address always reads from left to right. */
export function Person({ name, none = "No person" }: { name: string | null; none?: string }) {
  if (name === null) return <span className="font-normal text-ink-3">{none}</span>;
  return <bdi dir={name.includes("@") || /^\+?[\d ()-]+$/.test(name) ? "ltr" : "auto"}>{name}</bdi>;
}

const kinds: Record<NonNullable<RunView["match"]>["kind"], string> = { email: "e-mail", phone: "phone", name: "name", id: "id" };

/** In a search: by what a run was found, where that is not what its row shows anyway. */
export function MatchedKey({ run: { match, person } }: { run: Pick<RunView, "match" | "person"> }) {
  if (match === undefined || match.text.toLowerCase() === person?.toLowerCase()) return null;
  return (
    <span className="block truncate text-meta text-ink-3" title={`Found by the ${kinds[match.kind]} ${match.text}`}>
      {kinds[match.kind]} <bdi>{match.text}</bdi>
    </span>
  );
}
