import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { toast } from "sonner";
import type { PartFile, PartImportBody } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { plural } from "../../lib/words.ts";

/** Reads rules and mapping templates from a file. What is here already and different is asked about first. */
export function ImportParts() {
  const chooser = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ file: PartFile; problem: string } | null>(null);
  const cache = useQueryClient();
  const load = useMutation({
    mutationFn: ({ file, existing }: { file: PartFile; existing: PartImportBody["existing"] }) =>
      api.parts.import({ body: { ...file, existing } }),
    meta: { quiet: true },
    onSuccess: async ({ parts }) => {
      setAsked(null);
      await Promise.all(["rules", "mappings"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
      const changed = parts.filter(({ did }) => did === "created" || did === "replaced").length;
      toast.success(changed === 0 ? "Everything in it is here already" : `${plural(changed, "part")} imported`);
    },
    onError: (error, { file }) => {
      if (error instanceof ApiError && error.code === "CONFLICT") setAsked({ file, problem: error.message });
      else toast.error(messageOf(error));
    },
  });
  const read = async (chosen: File) => {
    try {
      const { rules, mappings, parts } = JSON.parse(await chosen.text()) as PartFile & { parts?: PartFile };
      load.mutate({ file: parts ?? { ...(rules && { rules }), ...(mappings && { mappings }) }, existing: "stop" });
    } catch {
      toast.error(`${chosen.name} is not a file of rules and mappings.`);
    }
  };
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept="application/json,.json"
        aria-label="A file of rules and mappings"
        className="hidden"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          event.target.value = "";
          if (chosen) void read(chosen);
        }}
      />
      <Button icon={<Icon of={Upload} size={14} />} busy={load.isPending} onClick={() => chooser.current?.click()}>
        Import
      </Button>
      <Dialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        title="Some are here already"
        footer={
          asked && (
            <>
              <Button onClick={() => load.mutate({ file: asked.file, existing: "keep" })}>Keep what is here</Button>
              <Button kind="primary" onClick={() => load.mutate({ file: asked.file, existing: "replace" })}>
                Replace with the file
              </Button>
            </>
          )
        }
      >
        <p className="text-ink-2">{asked?.problem}</p>
      </Dialog>
    </>
  );
}
