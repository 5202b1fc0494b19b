import { Link } from "@tanstack/react-router";
import type { FlowUse, RuleDetail } from "#api/schemas.ts";
import { Section } from "../../components/page.tsx";
import { listed, plural } from "../../lib/words.ts";

const liveOf = ({ usedBy }: Pick<RuleDetail, "usedBy">): FlowUse[] =>
  usedBy.filter(({ published, status }) => published && status === "on");

/** Which flows a change of a rule affects, in a sentence. */
export function countsWhere(rule: Pick<RuleDetail, "usedBy">): string {
  const live = liveOf(rule);
  if (live.length === 0) return rule.usedBy.length === 0 ? "No flow uses it yet." : "No flow that is on uses it.";
  const names = live.slice(0, 3).map(({ name }) => `'${name}'`);
  const others = live.length - names.length;
  return `Changes count at once in ${listed([...names, ...(others > 0 ? [`${others} more`] : [])])}.`;
}

const whereWords = ({ draft, published, status }: FlowUse): string => {
  if (!published) return "in its draft";
  const where = draft ? "" : ", not in its draft any more";
  return status === "on" ? `live${where}` : `published, off${where}`;
};

/** The flows that use a part. */
export function UsedBy({ flows, none }: { flows: readonly FlowUse[]; none: string }) {
  return (
    <Section title={flows.length === 0 ? "Used by" : `Used by ${plural(flows.length, "flow")}`}>
      {flows.length === 0 ? (
        <p className="text-ink-2">{none}</p>
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line">
          {flows.map((flow) => (
            <li key={flow.id}>
              <Link
                to="/flows/$flowId"
                params={{ flowId: flow.id }}
                className="flex min-h-10 items-center justify-between gap-3 px-3 py-1.5 -outline-offset-2 hover:bg-hover"
              >
                <bdi className="min-w-0 truncate">{flow.name}</bdi>
                <span className="shrink-0 text-meta text-ink-3">{whereWords(flow)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** The flows and mapping templates that use a rule. */
export function RuleUse({ rule }: { rule: RuleDetail }) {
  return (
    <div className="flex flex-col gap-4">
      <UsedBy
        flows={rule.usedBy}
        none={
          rule.kind === "segment"
            ? "No flow uses this segment yet. In a condition, choose a contact or an event, and then 'is in the segment'."
            : "No flow uses this rule yet. In a step, open the value that it is for and choose it under Rules."
        }
      />
      {rule.mappings.length > 0 && (
        <p className="text-ink-2">
          Also in{" "}
          {rule.mappings.map(({ name, title }, i) => (
            <span key={name}>
              {i > 0 && ", "}
              <Link to="/rules/mapping/$mapping" params={{ mapping: name }} className="text-ink underline">
                {title}
              </Link>
            </span>
          ))}
          .
        </p>
      )}
    </div>
  );
}
