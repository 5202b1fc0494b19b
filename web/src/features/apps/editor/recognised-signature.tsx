import { ShieldCheck } from "lucide-react";
import type { Catcher } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { isSame } from "../definition/same.ts";
import { proofOf, withSignature } from "../definition/proofs.ts";
import { useEditing } from "./editing.ts";

type Signature = Catcher["samples"][number]["signatures"][number];

/** How a caught event seems to be signed, with the click by which every event is checked so. */
export function RecognisedSignature({ says, signature }: Signature) {
  const { draft, edit, mayWrite } = useEditing();
  const proof = proofOf(draft.definition);
  const isChecked = proof.kind === "signature" && isSame(proof.signature, signature);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-meta text-ink-2">
      <p className="min-w-0 flex-1 basis-56">{says}</p>
      {isChecked ? (
        <p role="status">It is checked on every event. See “How events are verified” below.</p>
      ) : (
        mayWrite && (
          <Button
            small
            icon={<Icon of={ShieldCheck} size={13} />}
            onClick={() => edit((old) => ({ ...old, definition: withSignature(old.definition, signature as never) }))}
          >
            Check this on every event
          </Button>
        )
      )}
    </div>
  );
}
