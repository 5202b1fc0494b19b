import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Textarea } from "../../components/ui/field.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { flowQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { useCheckNow } from "./checks.tsx";
import { isObject } from "./definition.ts";
import { DryRun } from "./dry-run.tsx";
import { Finding } from "./finding.tsx";
import { parseJson } from "./json-text.ts";

/** The flow as the JSON that people keep in git. Saved as the draft; nothing runs on it until it is published. */
export function DefinitionEditor({ flow }: { flow: FlowDetail }) {
  const kept = JSON.stringify(flow.definition, null, 2);
  const [text, setText] = useState(kept);
  const [trying, setTrying] = useState(false);
  const cache = useQueryClient();
  const parsed = parseJson(text);
  // As it stands in the text: the server checks it, and says of every mistake where it is.
  const definition = isObject(parsed.value) ? (parsed.value as unknown as FlowDefinition) : null;
  const dirty = text !== kept;
  const check = useMutation({ ...useCheckNow(flow.id), meta: { quiet: true } });
  const save = useMutation({
    mutationFn: (body: FlowDefinition) => api.flows.save({ id: flow.id, body }),
    meta: { quiet: true },
    onSuccess: (saved) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, saved);
      setText(JSON.stringify(saved.definition, null, 2));
      check.mutate();
      toast.success(saved.status === "draft" ? "Draft saved" : "Draft saved. Publish it to take effect");
    },
  });
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm("The definition has changes that are not saved. Leave without them?"),
    enableBeforeUnload: () => dirty,
  });

  const problems =
    parsed.error !== null
      ? [parsed.error]
      : definition === null
        ? ["A flow is one JSON object."]
        : save.error
          ? problemsOf(save.error)
          : [];
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (definition !== null) save.mutate(definition);
      }}
    >
      {!dirty && save.isSuccess && check.data !== undefined && check.data.findings.length > 0 && (
        <section aria-label="What the check of this draft says" className="rounded-md bg-warning-soft px-4 py-2">
          <p className="py-1 font-medium">Saved. {plural(check.data.findings.length, "thing")} to look at before it runs:</p>
          <ul className="flex flex-col">
            {check.data.findings.map((finding) => (
              <Finding key={`${finding.at} ${finding.problem}`} flowId={flow.id} finding={finding} beside />
            ))}
          </ul>
        </section>
      )}
      <label htmlFor="definition" className="text-ink-2">
        The flow as JSON. Saving changes the draft; runs go on using the published version.
      </label>
      <Textarea
        id="definition"
        value={text}
        aria-invalid={problems.length > 0 || undefined}
        aria-describedby="definition-problems"
        rows={Math.min(40, Math.max(18, text.split("\n").length + 1))}
        wrap="off"
        onChange={(event) => {
          setText(event.target.value);
          save.reset();
        }}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === "s") {
            event.preventDefault();
            if (definition !== null && dirty) save.mutate(definition);
          }
        }}
        className="overflow-auto p-3 font-mono text-meta leading-5"
      />
      <div id="definition-problems" role="status">
        {problems.length > 0 && (
          <ul className="flex flex-col gap-1 rounded-md bg-failure-soft px-4 py-3">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="sticky bottom-14 flex items-center gap-2 border-t border-line bg-canvas py-3 md:bottom-0">
        <Button kind="primary" type="submit" disabled={definition === null || !dirty} busy={save.isPending}>
          Save draft
        </Button>
        <Button disabled={definition === null} onClick={() => setTrying(true)}>
          Dry run this
        </Button>
        {dirty && (
          <Button kind="quiet" onClick={() => setText(kept)}>
            Undo changes
          </Button>
        )}
        <span className="ml-auto text-meta text-ink-3">{dirty ? "Not saved" : "Saved"}</span>
      </div>
      {definition !== null && <DryRun flow={flow} open={trying} onClose={() => setTrying(false)} definition={definition} />}
    </form>
  );
}

/** Every fault with the step it is in, where the API lists them; otherwise its one sentence. */
function problemsOf(error: Error): string[] {
  const listed = error instanceof ApiError ? error.details["problems"] : undefined;
  const lines = Array.isArray(listed) ? listed.map(problemLine).filter((line) => line !== null) : [];
  return lines.length > 0 ? lines : [messageOf(error)];
}

function problemLine(problem: unknown): string | null {
  if (typeof problem === "string") return problem;
  if (!isObject(problem)) return null;
  const { at: place, where, problem: said } = problem;
  if (typeof said !== "string") return null;
  return typeof where === "string" && place !== "" ? `${where.charAt(0).toUpperCase()}${where.slice(1)}: ${said}` : said;
}
