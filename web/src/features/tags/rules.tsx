import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, Plus } from "lucide-react";
import { useState } from "react";
import type { TagList, TagRuleView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { Switch } from "../../components/ui/switch.tsx";
import { api } from "../../lib/api.ts";
import { tagRulesQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { RuleDialog } from "./rule-form.tsx";

const refetchMs = 5_000;

/** Rules that clean by themselves, what each would find now, and what it did last. */
export function Rules({ list }: { list: TagList }) {
  const query = useQuery({ ...tagRulesQuery(), refetchInterval: refetchMs });
  const [isAdding, setIsAdding] = useState(false);
  const add = (
    <May scope="flows:write">
      <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => setIsAdding(true)}>
        Add cleaning rule
      </Button>
    </May>
  );
  return (
    <>
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty icon={CalendarClock} action={add}>
              A rule archives or deletes tags every few days: those that nobody has used for some time, or those whose names fit. What a
              flow or a segment mentions is left alone.
            </Empty>
          ) : (
            <>
              <div className="mb-4">{add}</div>
              <ul aria-label="Cleaning rules" className="flex flex-col gap-3">
                {rules.map((rule) => (
                  <li key={rule.id}>
                    <Rule rule={rule} list={list} />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      <RuleDialog list={list} open={isAdding} onClose={() => setIsAdding(false)} />
    </>
  );
}

function Rule({ rule, list }: { rule: TagRuleView; list: TagList }) {
  const { title, deed, everyDays, nextAt, active, finds } = rule;
  return (
    <article aria-label={title} className="rounded-lg border border-line bg-raised p-4">
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="font-medium">
            <bdi>{title}</bdi>
          </h3>
          <p className="text-ink-2">
            {deed === "archive" ? "Archives" : "Deletes"} {whichWords(rule)}, every {everyDays === 1 ? "day" : plural(everyDays, "day")}.{" "}
            {active ? (
              <>
                Next <Time at={nextAt} />.
              </>
            ) : (
              "It is switched off."
            )}
          </p>
        </div>
        <May scope="flows:write">
          <Actions rule={rule} list={list} />
        </May>
      </div>
      <Disclosure summary={`Finds ${plural(finds.clean.length, "tag")} now, leaves ${finds.leave.length}`}>
        <Names names={finds.clean} />
        <Left left={finds.leave} />
      </Disclosure>
      <Reports rule={rule} />
    </article>
  );
}

function whichWords({ unusedDays, names }: TagRuleView): string {
  const unused =
    unusedDays === null ? "" : unusedDays === 0 ? "unused tags" : `tags that nothing has carried for ${plural(unusedDays, "day")}`;
  const named = names.length === 0 ? "" : `named ${names.join(", ")}`;
  return [unused || "tags", named].filter((piece) => piece !== "").join(" ");
}

/** What its last runs did: the newest in sight, the others on demand. */
function Reports({ rule: { reports } }: { rule: TagRuleView }) {
  const [newest, ...earlier] = reports;
  if (!newest) return <p className="mt-2 text-meta text-ink-3">It has not run yet.</p>;
  return (
    <>
      <Report report={newest} />
      {earlier.length > 0 && (
        <Disclosure summary={plural(earlier.length, "earlier run")}>
          {earlier.map((report) => (
            <Report key={report.at} report={report} />
          ))}
        </Disclosure>
      )}
    </>
  );
}

function Report({ report: { at, cleaned, left, problem } }: { report: TagRuleView["reports"][number] }) {
  return (
    <section aria-label="Report" className="mt-2">
      <p>
        <Time at={at} />: {plural(cleaned.length, "tag")} cleaned, {left.length} left.
      </p>
      {problem !== null && <p className="mt-1 rounded-md bg-warning-soft px-3 py-2">{problem}</p>}
      <Names names={cleaned} />
      <Left left={left} />
    </section>
  );
}

const Names = ({ names }: { names: readonly string[] }) =>
  names.length === 0 ? null : <p className="break-words text-ink-2">{names.join(", ")}</p>;

const Left = ({ left }: { left: TagRuleView["finds"]["leave"] }) => (
  <ul className="text-ink-2">
    {left.map(({ name, why }) => (
      <li key={name}>
        <bdi>{name}</bdi> is left: {why}
      </li>
    ))}
  </ul>
);

function Actions({ rule, list }: { rule: TagRuleView; list: TagList }) {
  const { id, title, active } = rule;
  const [asking, setAsking] = useState<"change" | "remove" | null>(null);
  const close = () => setAsking(null);
  const cache = useQueryClient();
  const onSettled = () => cache.invalidateQueries({ queryKey: ["tags"] });
  const change = useMutation({ mutationFn: (on: boolean) => api.tags.changeRule({ id, body: { active: on } }), onSettled });
  const run = useMutation({ mutationFn: () => api.tags.runRule({ id }), onSettled });
  const remove = useMutation({ mutationFn: () => api.tags.removeRule({ id }), onSettled });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Switch checked={active} onChange={(on) => change.mutate(on)} label={`${title} is on`} />
      <Button small busy={run.isPending} onClick={() => run.mutate()}>
        Run now
      </Button>
      <Button small kind="quiet" onClick={() => setAsking("change")}>
        Change rule
      </Button>
      <Button small kind="quiet" onClick={() => setAsking("remove")}>
        Remove rule
      </Button>
      <RuleDialog list={list} rule={rule} open={asking === "change"} onClose={close} />
      <Confirm
        open={asking === "remove"}
        onClose={close}
        title="Remove this rule?"
        action="Remove rule"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        It cleans nothing more. What it archived stays archived and can come back.
      </Confirm>
    </div>
  );
}
