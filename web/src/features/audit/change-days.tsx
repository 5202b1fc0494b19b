import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import {
  Boxes,
  Building2,
  Globe,
  KeyRound,
  LayoutTemplate,
  LogIn,
  type LucideIcon,
  Plug,
  Shapes,
  User,
  UserPlus,
  Webhook,
  Workflow,
} from "lucide-react";
import type { ChangeView } from "#api/schemas.ts";
import { changedField, changeWords } from "#surfaces/change-words.ts";
import { Change } from "../../components/change.tsx";
import { Time } from "../../components/time.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { valueWords } from "../../lib/diff.ts";
import { flowsQuery } from "../../lib/queries.ts";
import { dayTitle } from "../../lib/time.ts";

const icons: Readonly<Record<string, LucideIcon>> = {
  flow: Workflow,
  trigger: Workflow,
  connection: Plug,
  inbox: Webhook,
  template: LayoutTemplate,
  rule: Shapes,
  mapping: Shapes,
  app: Boxes,
  api_key: KeyRound,
  session: LogIn,
  private_host: Globe,
  member: User,
  invitation: UserPlus,
  workspace: Building2,
};

/** Changes under the day they were made on. */
export function ChangeDays({ changes }: { changes: readonly ChangeView[] }) {
  const flows = useQuery(flowsQuery());
  const existing = new Set(flows.data?.map(({ id }) => id));
  const days = Map.groupBy(changes, ({ at }) => dayTitle(at, Date.now()));
  return [...days].map(([day, ofDay]) => (
    <section key={day} aria-label={day} className="mb-6">
      <h2 className="mb-1 px-2 text-meta font-medium text-ink-3">{day}</h2>
      <ul className="border-t border-line">
        {ofDay.map((change) => (
          <ChangeLine key={change.seq} change={change} isThere={existing.has(change.id)} />
        ))}
      </ul>
    </section>
  ));
}

/** One change as a sentence, with the values under it. */
function ChangeLine({ change, isThere }: { change: ChangeView; isThere: boolean }) {
  const { who, did, name } = changeWords(change);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 border-b border-line px-2 py-2.5">
      <Icon of={icons[change.kind] ?? Workflow} className="mt-0.5 text-ink-3" />
      <div className="min-w-0">
        <p className="break-words text-ink-2">
          <bdi className="font-medium text-ink">{who}</bdi> {did} {name !== null && <Name change={change} name={name} isThere={isThere} />}
        </p>
        {change.fields.length > 0 && (
          <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
            {change.fields.map((field) => (
              <Field key={field.field} {...field} />
            ))}
          </dl>
        )}
      </div>
      <Time at={change.at} className="mt-0.5 text-meta whitespace-nowrap text-ink-3 tabular" />
    </li>
  );
}

function Name({ change, name, isThere }: { change: ChangeView; name: string; isThere: boolean }) {
  if (!isThere) return <bdi className="font-medium text-ink">{name}</bdi>;
  return (
    <Link to="/flows/$flowId" params={{ flowId: change.id }} className="font-medium text-ink underline-offset-2 hover:underline">
      <bdi>{name}</bdi>
    </Link>
  );
}

function Field(change: ChangeView["fields"][number]) {
  return (
    <>
      <dt className="text-ink-3 first-letter:uppercase">{changedField(change.field)}</dt>
      <dd className="min-w-0">
        {"after" in change && change.before === null ? (
          <bdi className="break-words">{valueWords(change.after)}</bdi>
        ) : "before" in change && "after" in change ? (
          <Change before={change.before} after={change.after} />
        ) : (
          <span className="text-ink-3" title="It may hold a secret, or is too long to keep">
            changed; the value is not kept
          </span>
        )}
      </dd>
    </>
  );
}
