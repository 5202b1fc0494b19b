import { Archive, Undo2 } from "lucide-react";
import type { TagList } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Empty } from "../../components/ui/state.tsx";
import { count } from "../../lib/words.ts";
import { useJobActions } from "./use-jobs.ts";

/** Tags that were taken off everything and can come back. */
export function Archived({ list: { archived, kinds } }: { list: TagList }) {
  const { undo } = useJobActions();
  if (archived.length === 0) return <Empty icon={Archive}>Tags that you archive wait here until you bring them back.</Empty>;
  return (
    <ul aria-label="Archived tags" className="border-t border-line">
      {archived.map(({ job, kind, names, at, carriers }) => (
        <li key={job} className="flex flex-wrap items-center gap-3 border-b border-line px-2 py-2">
          <span className="min-w-0 flex-1 basis-48 font-medium break-words">{names.join(", ")}</span>
          <span className="text-ink-2">
            {count(carriers)} {kinds.find(({ id }) => id === kind)?.carriers ?? "records"} remembered, <Time at={at} />
          </span>
          <May scope="flows:write">
            <Button
              small
              icon={<Icon of={Undo2} size={14} />}
              busy={undo.isPending && undo.variables === job}
              onClick={() => undo.mutate(job)}
            >
              Bring back
            </Button>
          </May>
        </li>
      ))}
    </ul>
  );
}
