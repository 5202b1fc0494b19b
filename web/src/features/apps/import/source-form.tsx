import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AppDraft } from "#api/schemas.ts";
import { FileChoice } from "../../../components/file-choice.tsx";
import { FileDrop } from "../../../components/file-drop.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Field, Input, Textarea } from "../../../components/ui/field.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { api } from "../../../lib/api.ts";
import { exportedApp } from "../definition/exported-app.ts";
import type { Definition } from "../definition/types.ts";
import { saidOfSource } from "../said-of-source.ts";

type PastedSource =
  | { request: { kind: "curl" | "har"; text: string } }
  | { document: ({ text: string } | { url: string }) & { app?: string } };

const mostBytes = 10_000_000;

/** Reads a source; the server says what it understood of it. */
function useRead(onRead: (draft: AppDraft) => void) {
  return useMutation({
    mutationFn: (source: PastedSource) =>
      "request" in source ? api.appDrafts.request({ body: source.request }) : api.appDrafts.document({ body: source.document }),
    meta: { quiet: true },
    onSuccess: onRead,
  });
}

/** Operations out of a pasted curl command, or of what a browser recorded. */
export function RequestForm({ onRead }: { onRead: (draft: AppDraft) => void }) {
  const [text, setText] = useState("");
  const read = useRead(onRead);
  return (
    <form
      noValidate
      aria-label="Paste a request"
      className="flex max-w-3xl flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") read.mutate({ request: { kind: "curl", text } });
      }}
    >
      <Field
        label="curl command"
        hint="From the app's documentation, or “Copy as cURL” in the browser's developer tools. Several at once are fine. Keys and passwords in it are left out."
      >
        {(ids) => (
          <Textarea
            {...ids}
            autoFocus
            className="min-h-40 font-mono text-meta"
            placeholder={
              'curl https://api.example.com/v1/tickets \\\n  -H "Authorization: Bearer …" \\\n  -d \'{ "subject": "The door is stuck" }\''
            }
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      {read.error !== null && <Problem>{saidOfSource(read.error)}</Problem>}
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="primary" type="submit" disabled={text.trim() === ""} busy={read.isPending}>
          Read the request
        </Button>
        <FileChoice
          label="Choose a HAR file"
          accept=".har,application/json,.json"
          onText={(har) => read.mutate({ request: { kind: "har", text: har } })}
        />
      </div>
    </form>
  );
}

interface DocumentFormProps {
  onRead: (draft: AppDraft) => void;
  /** The saved app that it is a newer document of: what people decided there is kept. */
  app?: string | undefined;
  /** Takes an app that was exported as a file: nothing has to be read out of it. */
  onExported: (definition: Definition) => void;
}

/** Operations out of an OpenAPI or Swagger document: a file, or the address where it is. */
export function DocumentForm({ onRead, app, onExported }: DocumentFormProps) {
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const read = useRead(onRead);
  const ofApp = app === undefined ? {} : { app };
  const take = async (file: File) => {
    setTooLarge(sizeProblem(file));
    if (sizeProblem(file) !== null) return;
    const text = await file.text();
    const exported = exportedApp(text);
    if (exported === null) read.mutate({ document: { text, ...ofApp } });
    else onExported(exported);
  };
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      <FileDrop
        label="A document as a file"
        hint="Drop an OpenAPI 3 or Swagger 2 document here, in JSON or YAML, or an app that was exported as a file."
        accept=".json,.yaml,.yml,application/json,application/yaml"
        onFile={(file) => void take(file)}
        busy={read.isPending}
      />
      <DocumentAddress onUrl={(url) => read.mutate({ document: { url, ...ofApp } })} busy={read.isPending} />
      {tooLarge !== null && <Problem>{tooLarge}</Problem>}
      {tooLarge === null && read.error !== null && <Problem>{saidOfSource(read.error)}</Problem>}
    </div>
  );
}

function DocumentAddress({ onUrl, busy }: { onUrl: (url: string) => void; busy: boolean }) {
  const [url, setUrl] = useState("");
  return (
    <form
      noValidate
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim() !== "") onUrl(url.trim());
      }}
    >
      <div className="min-w-0 flex-1">
        <Field label="Or its address">
          {(ids) => (
            <Input
              {...ids}
              type="url"
              placeholder="https://api.example.com/openapi.json"
              value={url}
              onChange={({ target }) => setUrl(target.value)}
            />
          )}
        </Field>
      </div>
      <Button type="submit" disabled={url.trim() === ""} busy={busy}>
        Read the document
      </Button>
    </form>
  );
}

const sizeProblem = (file: File): string | null =>
  file.size > mostBytes ? `${file.name} has more than 10 MB, which is the most that is read.` : null;
