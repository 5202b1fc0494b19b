import { Link, getRouteApi } from "@tanstack/react-router";
import { ReadOnlyNotice } from "../../components/may.tsx";
import { useMay } from "../../lib/may.ts";
import { Icon } from "../../components/ui/icon.tsx";
import { kindNames, ruleKinds } from "./kinds.ts";
import { NewMapping } from "./new-mapping.tsx";
import { RuleEditor } from "./rule-editor.tsx";

const route = getRouteApi("/rules");

/** Beside the list while nothing of it is open: a new rule or template, or what kinds there are. */
export function PartHome() {
  const { new: making } = route.useSearch();
  const mayWrite = useMay("flows:write");
  if (!mayWrite) return <ReadOnlyNotice scope="flows:write" />;
  if (making === "mapping") return <NewMapping />;
  if (making !== undefined) return <RuleEditor key={making} kind={making} />;
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3">
      {kindNames.map((kind) => {
        const { title, icon, about } = ruleKinds[kind];
        return (
          <li key={kind}>
            <Link
              to="/rules"
              search={{ new: kind }}
              className="flex h-full flex-col gap-1.5 rounded-lg border border-line p-4 transition-colors hover:border-line-strong hover:bg-hover"
            >
              <Icon of={icon} className="text-ink-3" />
              <span className="font-medium">{title}</span>
              <span className="text-ink-2">{about}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
