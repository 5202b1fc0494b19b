import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Equal, Plus, X } from "lucide-react";
import { Section } from "../../../components/page.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { syncsQuery } from "../../../lib/queries.ts";
import { sideText } from "../make/offers.ts";
import type { BothWords, Definition } from "../types.ts";
import { fieldLabelOf, problemsAt } from "./edits.ts";
import type { EditProps } from "./field-rows.tsx";
import { type Parent, parentOffers, referredBy, withoutParent, withParent } from "./parents.ts";
import { ProblemLines } from "./problem-lines.tsx";

/** What the records belong to, a note to its contact, and the sync that knows which of those are the same. Not there where they belong to nothing. */
export function ParentRows({ syncId, definition, words, problems, onChange, mayWrite }: EditProps) {
  const syncs = useQuery(syncsQuery()).data ?? [];
  const others = syncs.filter(({ id }) => id !== syncId);
  const parents = definition.parents ?? [];
  const offers = parentOffers(definition, words, others);
  const own = problemsAt(problems, "parents").filter(({ field }) => field === "parents");
  const belongs = referredBy(words, "a").length > 0 && referredBy(words, "b").length > 0;
  if (parents.length === 0 && own.length === 0 && !belongs) return null;
  const nameOf = (id: string) => syncs.find((sync) => sync.id === id)?.name ?? "a sync that is gone";
  return (
    <Section title="What they belong to">
      <p className="mb-3 text-ink-2">
        A {words.a.one} belongs to another record. Another sync knows which of those are the same on both sides.
      </p>
      <ul className="flex flex-col">
        {parents.map((parent, at) => (
          <li key={`${parent.a}=${parent.b}`} className="border-b border-line py-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Names parent={parent} words={words} sync={nameOf(parent.sync)} />
              {mayWrite && (
                <IconButton
                  label={`Remove ${fieldLabelOf(words, "a", parent.a)}`}
                  onClick={() => onChange((old) => withoutParent(old, at))}
                >
                  <Icon of={X} size={14} />
                </IconButton>
              )}
            </div>
            <ProblemLines problems={problemsAt(problems, `parents.${at}`)} />
          </li>
        ))}
        {mayWrite &&
          offers.map((offer) => (
            <li
              key={`${offer.a}=${offer.b} ${offer.sync}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2"
            >
              <Names parent={offer} words={words} sync={nameOf(offer.sync)} />
              <Button small icon={<Icon of={Plus} size={13} />} onClick={() => onChange((old) => withParent(old, offer))}>
                Use this
              </Button>
            </li>
          ))}
      </ul>
      <ProblemLines problems={own} />
      {mayWrite && parents.length === 0 && offers.length === 0 && <MakeFirst definition={definition} words={words} />}
    </Section>
  );
}

function Names({ parent, words, sync }: { parent: Parent; words: BothWords; sync: string }) {
  return (
    <p className="flex min-w-0 flex-1 basis-64 flex-wrap items-center gap-x-2">
      <bdi className="font-medium">{fieldLabelOf(words, "a", parent.a)}</bdi>
      <Icon of={Equal} size={13} className="text-ink-3" />
      <bdi className="font-medium">{fieldLabelOf(words, "b", parent.b)}</bdi>
      <span className="text-ink-2">
        by <bdi>{sync}</bdi>
      </span>
    </p>
  );
}

/** None of the syncs knows them yet: that one has to be made first. */
function MakeFirst({ definition, words }: { definition: Definition; words: BothWords }) {
  const [a] = referredBy(words, "a");
  const [b] = referredBy(words, "b");
  if (a === undefined || b === undefined) return null;
  const sideOf = (side: "a" | "b", type: string) => sideText({ ...definition[side], type });
  return (
    <p className="mt-2 flex flex-wrap items-center gap-3">
      <span className="text-ink-2">There is no such sync yet.</span>
      <Button small asChild>
        <Link to="/syncs/new" search={{ a: sideOf("a", a), b: sideOf("b", b) }}>
          Make that sync first
        </Link>
      </Button>
    </p>
  );
}
