import { ShieldCheck } from "lucide-react";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { proofOf, withSignature } from "../definition/proofs.ts";
import { isSame } from "../definition/same.ts";
import type { WebhookProof } from "../definition/types.ts";
import { useEditing } from "./editing.ts";

interface CheckedSignaturesProps {
  /** How a received event seems to be signed. */
  signatures: readonly { header: string; signature: string | Readonly<Record<string, string | number>> }[];
}

/** The click by which every event is checked as a received one is signed. */
export function CheckedSignatures({ signatures }: CheckedSignaturesProps) {
  const { draft, edit, mayWrite } = useEditing();
  const proof = proofOf(draft.definition);
  return signatures.map(({ header, signature }) =>
    proof.kind === "signature" && isSame(proof.signature, signature) ? (
      <p key={header} role="status" className="text-meta text-ink-2">
        This is checked on every event. See “How events are verified” below.
      </p>
    ) : (
      mayWrite && (
        <span key={header}>
          <Button
            small
            icon={<Icon of={ShieldCheck} size={13} />}
            onClick={() => edit((old) => ({ ...old, definition: withSignature(old.definition, signature as Signature) }))}
          >
            Check this on every event
          </Button>
        </span>
      )
    ),
  );
}

type Signature = Extract<WebhookProof, { kind: "signature" }>["signature"];
