import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Copy, Download, History, MoreHorizontal, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { MappingDetail, MappingTemplate, Rule, RuleDetail } from "#api/schemas.ts";
import { useMay } from "../../lib/may.ts";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { conditionWords } from "#engine/mapping/words/condition-words.ts";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { shortName } from "#kernel/short-name.ts";
import { plural } from "../../lib/words.ts";
import { downloadJson } from "../../lib/download.ts";
import { wordOf } from "./rule-call.ts";

type Noun = "rules" | "mappings";
const wordFor = (noun: Noun, { definition }: Pick<RuleDetail | MappingDetail, "definition">): string =>
  noun === "mappings" ? "mapping template" : "kind" in definition ? wordOf(definition.kind) : "rule";

interface PartActionsProps {
  noun: Noun;
  part: RuleDetail | MappingDetail;
  /** Called with an earlier version that is to be looked at and saved again. */
  onRestore: (definition: Rule | MappingTemplate) => void;
}

/** What can be done with a rule or a mapping template as a whole. */
export function PartActions({ noun, part, onRestore }: PartActionsProps) {
  const [open, setOpen] = useState<"versions" | "remove" | null>(null);
  const mayWrite = useMay("flows:write");
  const word = wordFor(noun, part);
  const copy = useCopy(noun, part);
  const remove = useRemove(noun, part, () => setOpen(null));
  const save = async () =>
    downloadJson(`${part.name}.json`, await api.parts.export({ query: noun === "rules" ? { rules: part.name } : { mappings: part.name } }));
  return (
    <>
      <Menu
        trigger={
          <IconButton label={`More about ${part.title}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        {mayWrite && (
          <>
            <MenuItem icon={History} onSelect={() => setOpen("versions")}>
              Versions
            </MenuItem>
            <MenuItem icon={Copy} onSelect={() => copy.mutate()}>
              Make a copy
            </MenuItem>
          </>
        )}
        <MenuItem icon={Download} onSelect={() => void save().catch((error: unknown) => toast.error(messageOf(error)))}>
          Export as a file
        </MenuItem>
        {mayWrite && (
          <MenuItem icon={Trash2} danger onSelect={() => setOpen("remove")}>
            Remove {word}
          </MenuItem>
        )}
      </Menu>
      <Versions noun={noun} part={part} open={open === "versions"} onClose={() => setOpen(null)} onRestore={onRestore} />
      <Confirm
        open={open === "remove"}
        onClose={() => {
          setOpen(null);
          remove.reset();
        }}
        title={`Remove this ${word}?`}
        action={`Remove ${word}`}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        {noun === "rules" ? "Its versions go with it." : "Steps that were filled from it keep what they have."}
        {remove.error !== null && <Problem className="mt-3">{messageOf(remove.error)}</Problem>}
      </Confirm>
    </>
  );
}

const refreshLists = (cache: QueryClient) =>
  Promise.all(["rules", "mappings"].map((key) => cache.invalidateQueries({ queryKey: [key], exact: true })));

/** Makes a part of its own of it, and opens that. */
function useCopy(noun: Noun, part: RuleDetail | MappingDetail) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => copyOf(noun, part),
    onSuccess: async ({ name, title }) => {
      await refreshLists(cache);
      toast.success(`${title} is a ${wordFor(noun, part)} of its own`);
      await (noun === "rules"
        ? navigate({ to: "/rules/$rule", params: { rule: name } })
        : navigate({ to: "/rules/mapping/$mapping", params: { mapping: name } }));
    },
  });
}

function useRemove(noun: Noun, part: RuleDetail | MappingDetail, onDone: () => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api[noun].remove({ name: part.name }),
    meta: { quiet: true },
    onSuccess: async () => {
      onDone();
      await navigate({ to: "/rules", ignoreBlocker: true });
      await refreshLists(cache);
      toast.success(`${part.title} is removed`);
    },
  });
}

function copyOf(noun: Noun, { title, definition }: RuleDetail | MappingDetail): Promise<RuleDetail | MappingDetail> {
  const copied = `${title.slice(0, 110)} copy`;
  const name = shortName(copied, "copy");
  const query = { replaces: 0 };
  return noun === "rules"
    ? api.rules.put({ name, query, body: { ...(definition as Rule), title: copied } })
    : api.mappings.put({ name, query, body: { ...(definition as MappingTemplate), title: copied } });
}

interface VersionsProps extends PartActionsProps {
  open: boolean;
  onClose: () => void;
}

/** What it was before. One of them is put into the form, and counts once it is saved. */
function Versions({ noun, part, open, onClose, onRestore }: VersionsProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Versions" about="The newest fifty are kept. One that you look at counts once you save it.">
      {open && <VersionList noun={noun} part={part} onClose={onClose} onRestore={onRestore} />}
    </Dialog>
  );
}

function VersionList({ noun, part, onClose, onRestore }: Omit<VersionsProps, "open">) {
  const query = useQuery({
    queryKey: [noun, part.name, "versions"],
    queryFn: async () => (await api[noun].versions({ name: part.name })).versions,
    staleTime: 0,
  });
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(versions) => (
        <ol className="divide-y divide-line">
          {versions.map(({ version, at, definition }) => (
            <li key={version} className="flex items-center gap-3 py-2">
              <span className="w-8 text-ink-3 tabular">v{version}</span>
              <span className="min-w-0 flex-1">
                <Time at={at} className="block" />
                <span className="block truncate text-meta text-ink-3">{sizeOf(definition)}</span>
              </span>
              {version === part.version ? (
                <span className="text-meta text-ink-3">in use</span>
              ) : (
                <Button
                  small
                  onClick={() => {
                    onRestore(definition);
                    onClose();
                  }}
                >
                  Look at version {version}
                </Button>
              )}
            </li>
          ))}
        </ol>
      )}
    </Loaded>
  );
}

const sizeOf = (definition: Rule | MappingTemplate): string =>
  "input" in definition ? plural(Object.keys(definition.input).length, "field") : contentOf(definition);

function contentOf(rule: Rule): string {
  if (rule.kind === "segment") return conditionWords(rule.if, () => "");
  if (rule.kind === "script") return plural(rule.code.trim().split("\n").length, "line");
  return rule.kind === "format" ? rule.filters : plural(rule.rows.length, "row");
}
