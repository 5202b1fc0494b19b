import { FieldChanges, TagChanges } from "../change.tsx";
import { Exchanges } from "../exchanges.tsx";
import { JsonView } from "../json-view.tsx";
import type { CallReply } from "../../lib/api.ts";
import { plural } from "../../lib/words.ts";

/** What went over the wire. */
export function Wire({ exchanges }: Pick<CallReply, "exchanges">) {
  return (
    <div>
      <h4 className="mb-1 font-medium">Request and answer</h4>
      <Exchanges exchanges={exchanges} />
    </div>
  );
}

/** Whether a pretended change is of a record that nothing read: what it holds now is not known. */
const isUnread = ({ exchanges }: CallReply, effect: string): boolean =>
  effect === "update" && exchanges.every(({ notSent }) => notSent === true);

/** What a pretended call would change. */
export function CallEffects({ reply }: { reply: CallReply }) {
  return reply.effects?.map((effect, index) => (
    <div key={index} className="rounded-md bg-sunken px-4 py-3">
      <p className="font-medium">
        {effect.unchanged
          ? "Nothing would change"
          : isUnread(reply, effect.effect)
            ? "Would be set to"
            : `Would ${effect.effect === "other" ? "write" : effect.effect}`}
        {effect.record !== undefined && (
          <>
            {": "}
            <bdi>{effect.record}</bdi>
          </>
        )}
      </p>
      <dl className="mt-1 grid grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)] gap-x-4 gap-y-1">
        <FieldChanges changes={effect.changes} unread={isUnread(reply, effect.effect)} />
      </dl>
      {isUnread(reply, effect.effect) && (
        <p className="mt-1 text-meta text-ink-3">What the record holds now is not known, because this operation does not read it first.</p>
      )}
      {effect.tags && <TagChanges added={effect.tags.added} removed={effect.tags.removed} />}
    </div>
  ));
}

/** What a call gave, or what a pretended one would change. */
export function CallResult({ reply }: { reply: CallReply }) {
  return (
    <div className="flex flex-col gap-4 border-t border-line p-4 sm:p-5">
      <CallEffects reply={reply} />
      {reply.output != null && (
        <div>
          <h4 className="mb-1.5 font-medium">
            {Array.isArray(reply.output) ? `Result, ${plural(reply.output.length, "record")}` : "Result"}
          </h4>
          <JsonView value={reply.output} label="the result" />
        </div>
      )}
      {reply.exchanges.length > 0 && <Wire exchanges={reply.exchanges} />}
    </div>
  );
}
