import { Section } from "../../../components/page.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { senders } from "../../../lib/senders.ts";
import { asksForSecret, type ProofKind, proofKinds, proofOf, withProof, withProofKind } from "../definition/proofs.ts";
import type { WebhookProof } from "../definition/types.ts";
import { useEditing, useProblem } from "./editing.ts";
import { ChoiceLine } from "./line.tsx";

/** How the app's events are verified, for all of its flows. */
export function ProofForm() {
  const { draft, edit, mayWrite } = useEditing();
  const proof = proofOf(draft.definition);
  const problem = useProblem("webhooks.verify", true);
  const put = (verify: WebhookProof) => edit((old) => ({ ...old, definition: withProof(old.definition, verify) }));
  return (
    <Section title="How events are verified" className="max-w-2xl">
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
        <ChoiceLine
          label="Verification"
          hint="Applies to all events of this app and all flows that start with them. Events that fail are refused."
          at="webhooks.verify.kind"
          value={proof.kind}
          options={Object.entries(proofKinds)}
          onChange={(kind) => edit((old) => ({ ...old, definition: withProofKind(old.definition, kind as ProofKind) }))}
        />
        {proof.kind === "signature" && <SignatureLines proof={proof} onChange={put} />}
        {proof.kind === "token" && <TokenLines proof={proof} onChange={put} />}
        {proof.kind === "basic" && (
          <Field label="User name" hint="Empty: any user name is accepted.">
            {(ids) => (
              <Input {...ids} value={proof.user ?? ""} onChange={({ target }) => put({ ...proof, user: target.value || undefined })} />
            )}
          </Field>
        )}
        {proof.kind !== "address" && "login" in proof.secret && <SecretNote field={proof.secret.login} />}
        {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      </fieldset>
    </Section>
  );
}

/** Where the secret comes from. */
function SecretNote({ field }: { field: string }) {
  const { draft } = useEditing();
  return (
    <p className="text-meta text-ink-3">
      {asksForSecret(draft.definition, field)
        ? "Each connection of this app asks for the webhook secret, which the app shows where its webhooks are set up. It is a field of the login that was added for you."
        : "The secret is asked for with the login of a connection, and this app has no login that can ask for it. Add one under App."}
    </p>
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
      <Field label="Signature scheme">
        {(ids) => (
          <Select
            {...ids}
            className="w-full"
            value={described === undefined ? String(signature) : own}
            onChange={({ target }) => onChange({ ...proof, signature: target.value === own ? { header: "X-Signature" } : target.value })}
          >
            <option value={own}>Custom</option>
            {Object.entries(senders).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
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
          <Field label="Encoding">
            {(ids) => (
              <Select
                {...ids}
                className="w-full"
                value={line("encoding") || "hex"}
                onChange={({ target }) => put({ encoding: target.value })}
              >
                <option value="hex">Hexadecimal</option>
                <option value="base64">Base64</option>
              </Select>
            )}
          </Field>
          <Field label="Prefix" hint="For example sha256=">
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
            <option value="query">In the query</option>
          </Select>
        )}
      </Field>
      <Field label="Its name">
        {(ids) => <Input {...ids} value={proof.name} onChange={({ target }) => onChange({ ...proof, name: target.value })} />}
      </Field>
    </div>
  );
}
