import { CheckCheck, Merge } from "lucide-react";
import type { NearTags, TagList } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Empty } from "../../components/ui/state.tsx";
import { May } from "../../components/may.tsx";
import { count } from "../../lib/words.ts";
import type { Deed } from "./deed-dialog.tsx";

const reasons: Record<NearTags["why"][number], string> = {
  case: "capital letters",
  spaces: "spaces or dashes",
  plural: "a plural",
  spelling: "a slip of the keys",
};

/** Tags that look like one tag written in several ways, each group with the tag that is best kept. */
export function Groups({ groups, list, onDeed }: { groups: readonly NearTags[]; list: TagList; onDeed: (deed: Deed) => void }) {
  if (groups.length === 0) return <Empty icon={CheckCheck}>No two of these tags look alike.</Empty>;
  const readOnly = list.kinds.find(({ id }) => id === groups[0]!.kind)?.readOnly !== null;
  return (
    <ul aria-label="Groups that look alike" className="flex flex-col gap-3">
      {groups.map((group) => (
        <li
          key={group.keeper}
          aria-label={group.keeper}
          className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-raised p-3"
        >
          <div className="min-w-0 flex-1 basis-64">
            <p className="flex flex-wrap gap-1.5">
              {group.names.map((name) => (
                <Name key={name} name={name} group={group} list={list} />
              ))}
            </p>
            <p className="mt-1 text-meta text-ink-3">They differ by {group.why.map((why) => reasons[why]).join(", ")}.</p>
          </div>
          {!readOnly && (
            <May scope="flows:write">
              <Button
                small
                icon={<Icon of={Merge} size={14} />}
                onClick={() => onDeed({ kind: group.kind, deed: "merge", names: group.names, keeper: group.keeper })}
              >
                Merge into {group.keeper.length > 24 ? "the first" : group.keeper}
              </Button>
            </May>
          )}
        </li>
      ))}
    </ul>
  );
}

function Name({ name, group, list }: { name: string; group: NearTags; list: TagList }) {
  const carriers = list.tags.find((tag) => tag.kind === group.kind && tag.name === name)?.carriers ?? null;
  return (
    <span className={name === group.keeper ? "rounded-sm bg-accent-soft px-1.5 font-medium" : "rounded-sm bg-neutral-soft px-1.5"}>
      <bdi>{name}</bdi>
      {carriers !== null && <span className="ml-1 text-ink-2 tabular">{count(carriers)}</span>}
    </span>
  );
}
