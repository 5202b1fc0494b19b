import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { toast } from "sonner";
import type { ChangeFormatName } from "#surfaces/change-file.ts";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { fetchFile } from "../../lib/api.ts";
import { downloadFile } from "../../lib/download.ts";
import { messageOf } from "../../lib/query.ts";

type FileRequest = Parameters<typeof fetchFile>[0];

/** Offers what the filters let through as a file: all of it, not only what is loaded. */
export function ExportMenu({ of, fileAt }: { of: string; fileAt: (format: ChangeFormatName) => FileRequest }) {
  const save = useMutation({
    mutationFn: (format: ChangeFormatName) => fetchFile(fileAt(format)),
    onSuccess: ({ name, content }) => downloadFile(name, content),
    onError: (error) => toast.error(messageOf(error)),
  });
  return (
    <Menu
      trigger={
        <Button icon={<Icon of={Download} size={14} />} busy={save.isPending}>
          Export {of}
        </Button>
      }
    >
      <MenuItem onSelect={() => save.mutate("csv")}>For a spreadsheet (CSV)</MenuItem>
      <MenuItem onSelect={() => save.mutate("jsonl")}>For a program (JSON lines)</MenuItem>
    </Menu>
  );
}
