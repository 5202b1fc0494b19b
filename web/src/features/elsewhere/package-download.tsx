import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import type { ApiRequest } from "#api/client.ts";
import { Button } from "../../components/ui/button.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { fetchFile } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { downloadFile } from "../../lib/download.ts";
import { messageOf } from "../../lib/query.ts";

/** Downloads a package of the operations, of all apps or of one. */
export function PackageDownload({ what, apps, fileAt }: { what: string; apps: readonly string[]; fileAt: (app?: string) => ApiRequest }) {
  const [app, setApp] = useState("");
  const known = useApps();
  const save = useMutation({
    mutationFn: () => fetchFile(fileAt(app === "" ? undefined : app)),
    onSuccess: ({ name, content }) => downloadFile(name, content),
  });
  return (
    <div className="mt-3 flex flex-col gap-3">
      <div className="max-w-72">
        <Field label="Operations of">
          {(control) => (
            <Select {...control} value={app} onChange={(event) => setApp(event.target.value)}>
              <option value="">All apps</option>
              {apps.map((id) => (
                <option key={id} value={id}>
                  {known.title(id)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div>
        <Button kind="primary" icon={<Icon of={Download} size={14} />} busy={save.isPending} onClick={() => save.mutate()}>
          Download {what}
        </Button>
      </div>
      {save.isError && <Problem>{messageOf(save.error)}</Problem>}
      {save.isSuccess && <p role="status">Downloaded. Unpack the zip file into a folder of its own, then go on below.</p>}
    </div>
  );
}
