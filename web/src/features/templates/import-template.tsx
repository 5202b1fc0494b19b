import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { toast } from "sonner";
import type { FlowTemplate } from "#api/schemas.ts";
import { parseJson } from "#kernel/exact-json.ts";
import { api } from "../../lib/api.ts";
import { templatesQuery } from "../../lib/queries.ts";

/** Adds a template from a file. `input` is to be rendered somewhere; `ask` opens the browser's own choice of a file. */
export function useImportTemplate(): { ask: () => void; busy: boolean; input: ReactNode } {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const picker = useRef<HTMLInputElement>(null);
  const add = useMutation({
    mutationFn: async (file: File) => api.templates.create({ body: read(await file.text()) }),
    onSuccess: async ({ id }) => {
      toast.success("Template imported");
      void cache.invalidateQueries({ queryKey: templatesQuery().queryKey, exact: true });
      await navigate({ to: "/templates/$templateId", params: { templateId: id } });
    },
  });
  const input = (
    <input
      ref={picker}
      type="file"
      accept=".json,application/json"
      aria-label="Template file"
      tabIndex={-1}
      className="sr-only"
      onChange={(event) => {
        const file = event.target.files?.[0];
        if (file) add.mutate(file);
        event.target.value = "";
      }}
    />
  );
  return { ask: () => picker.current?.click(), busy: add.isPending, input };
}

/** The server says what is wrong with a template; here only what is no JSON at all. */
function read(text: string): FlowTemplate {
  try {
    return parseJson(text) as FlowTemplate;
  } catch {
    throw new Error("This file is not a template: it is not JSON.");
  }
}
