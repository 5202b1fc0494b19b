import { Section } from "../../../components/page.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { senders } from "../../../lib/senders.ts";
import { type ProofKind, proofKinds, proofOf, withProof, withProofKind } from "../definition/proofs.ts";
import type { WebhookProof } from "../definition/types.ts";
import { useEditing, useProblem } from "./editing.ts";
import { ChoiceLine } from "./line.tsx";

/** How the app's events prove that the app sent them, for all of its flows. */
export function ProofForm() {
  const { draft, edit, mayWrite } = useEditing();
  const proof = proofOf(draft.definition);
  const problem = useProblem("webhooks", true);
  const put = (verify: WebhookProof) => edit((old) => ({ ...old, definition: withProof(old.definition, verify) }));
  return (
    <Section title="How its events prove where they come from" className="max-w-2xl">
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
        <ChoiceLine
          label="Proof"
          hint="It holds for every flow that starts with one of these events. Somebody else's events are then refused."
          at="webhooks.verify.kind"
          value={proof.kind}
          options={Object.entries(proofKinds)}
          onChange={(kind) => edit((old) => ({ ...old, definition: withProofKind(old.definition, kind as ProofKind) }))}
        />
        {proof.kind === "signature" && <SignatureLines proof={proof} onChange={put} />}
        {proof.kind === "token" && <TokenLines proof={proof} onChange={put} />}
        {proof.kind === "basic" && (
          <Field label="User name" hint="Left empty, any name will do.">
            {(ids) => (
              <Input {...ids} value={proof.user ?? ""} onChange={({ target }) => put({ ...proof, user: target.value || undefined })} />
            )}
          </Field>
        )}
        {proof.kind !== "address" && "login" in proof.secret && (
          <p className="text-meta text-ink-3">
            Whoever connects the app is asked for the secret (the login's field <code className="font-mono">{proof.secret.login}</code>).
          </p>
        )}
        {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      </fieldset>
    </Section>
  );
}

const own = "own";

interface SignatureLinesProps {
  proof: Extract<WebhookProof, { kind: "signature" }>;
  onChange: (proof: WebhookProof) => void;
}

/** As a known sender signs, or in which header and how. */
function SignatureLines({ proof, onChange }: SignatureLinesProps) {
  const { signature } = proof;
  const described = typeof signature === "string" ? undefined : signature;
  const put = (patch: Record<string, string>) => onChange({ ...proof, signature: { header: "X-Signature", ...described, ...patch } });
  const line = (member: string): string => String(described?.[member] ?? "");
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Field label="Signed as">
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            value={described === undefined ? String(signature) : own}
            onChange={({ target }) => onChange({ ...proof, signature: target.value === own ? { header: "X-Signature" } : target.value })}
          >
            <option value={own}>The app does it in its own way</option>
            {Object.entries(senders).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title} does it
              </option>
            ))}
          </Select>
        )}
      </Field>
      {described !== undefined && (
        <>
          <Field label="Header of the signature">
            {(ids) => <Input {...ids} value={described.header} onChange={({ target }) => put({ header: target.value })} />}
          </Field>
          <Field label="Algorithm">
            {(ids) => (
              <Select
                {...ids}
                className="w-full"
                value={line("algorithm") || "sha256"}
                onChange={({ target }) => put({ algorithm: target.value })}
              >
                <option value="sha256">SHA-256</option>
                <option value="sha512">SHA-512</option>
                <option value="sha1">SHA-1</option>
              </Select>
            )}
          </Field>
          <Field label="Written as">
            {(ids) => (
              <Select
                {...ids}
                className="w-full"
                value={line("encoding") || "hex"}
                onChange={({ target }) => put({ encoding: target.value })}
              >
                <option value="hex">Hexadecimal digits</option>
                <option value="base64">Base64</option>
              </Select>
            )}
          </Field>
          <Field label="Before the signature" hint="sha256=, say.">
            {(ids) => <Input {...ids} value={line("prefix")} onChange={({ target }) => put({ prefix: target.value })} />}
          </Field>
        </>
      )}
    </div>
  );
}

interface TokenLinesProps {
  proof: Extract<WebhookProof, { kind: "token" }>;
  onChange: (proof: WebhookProof) => void;
}

function TokenLines({ proof, onChange }: TokenLinesProps) {
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <Field label="Where it is">
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            value={proof.in}
            onChange={({ target }) => onChange({ ...proof, in: target.value as "header" | "query" })}
          >
            <option value="header">In a header</option>
            <option value="query">Behind the ? of the address</option>
          </Select>
        )}
      </Field>
      <Field label="Its name">
        {(ids) => <Input {...ids} value={proof.name} onChange={({ target }) => onChange({ ...proof, name: target.value })} />}
      </Field>
    </div>
  );
}
