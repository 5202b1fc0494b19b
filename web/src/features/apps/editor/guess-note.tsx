import { Check } from "lucide-react";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { plural } from "../../../lib/words.ts";
import { confirmed, isOf } from "../definition/edits.ts";
import { memberWords } from "../definition/member-words.ts";
import { useEditing } from "./editing.ts";

/** What a guess is about: an operation's id, or `""` for the app itself, and the member. */
export interface GuessOf {
  operation: string;
  member: string;
}

/** The guess about a member that nobody has confirmed yet. */
export function useGuess({ operation, member }: GuessOf): { why: string } | undefined {
  return useEditing().draft.guesses[operation]?.find((guess) => isOf(guess.member, member));
}

/** "Guessed: …", with the click that confirms it. Nothing where it was not guessed. */
export function GuessNote({ of }: { of: GuessOf }) {
  const { edit, mayWrite } = useEditing();
  const guess = useGuess(of);
  if (guess === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md bg-waiting-soft px-2.5 py-1 text-meta">
      <span className="min-w-0 flex-1 basis-40">
        <strong className="font-medium">Guessed.</strong> {guess.why}
      </span>
      {mayWrite && (
        <Button
          small
          kind="quiet"
          icon={<Icon of={Check} size={13} />}
          aria-label={`Confirm the guess about ${memberWords(of.member)}`}
          onClick={() => edit((draft) => ({ ...draft, guesses: confirmed(draft.guesses, of.operation, of.member) }))}
        >
          That is right
        </Button>
      )}
    </div>
  );
}

/** How many guesses wait, and the click that confirms them all. `of`: the id of an operation or a trigger, or `""` for the app itself. */
export function AllGuesses({ of }: { of: string }) {
  const { draft, edit, mayWrite } = useEditing();
  const guesses = draft.guesses[of] ?? [];
  if (guesses.length === 0 || !mayWrite) return null;
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md bg-waiting-soft px-3 py-2">
      <p className="min-w-0 flex-1 basis-56">
        {plural(guesses.length, "guess", "guesses")} here. Look at {guesses.length === 1 ? "it" : "them"} below.
      </p>
      <Button small icon={<Icon of={Check} size={13} />} onClick={() => edit((old) => ({ ...old, guesses: confirmed(old.guesses, of) }))}>
        {guesses.length === 1 ? "It is right" : "All are right"}
      </Button>
    </div>
  );
}
