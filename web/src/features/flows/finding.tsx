import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleX, TriangleAlert, Wrench } from "lucide-react";
import type { LintFinding } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { placeKey, placeOf, settingsPlace, stepPlaceOf, triggerPlace } from "../flow-editor/document/place.ts";
import { AllowHost } from "../../components/allow-host.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { useCheckNow } from "./use-check-now.ts";
import { lostInFinding } from "../../lib/lost-name.ts";
import { capital } from "#kernel/words.ts";

interface FindingProps {
  flowId: string;
  finding: LintFinding;
  /** A draft that does not run yet is mended where it is written. */
  onOpen?: () => void;
  /** What was wrong was mended by a click. */
  onMended?: () => void;
  /** It is shown beside the definition already. */
  beside?: boolean;
}

/** What is wrong, where, what to do, and the button that does it. */
export function Finding({ flowId, finding, beside = false, onOpen, onMended }: FindingProps) {
  const grave = finding.level === "error";
  return (
    <li className="flex gap-3 border-t border-line py-3">
      <span role="img" aria-label={grave ? "Would fail" : finding.holds ? "Left to do" : "To look at"} className="pt-0.5">
        <Icon of={grave ? CircleX : TriangleAlert} className={grave ? "text-failure" : "text-warning"} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-meta text-ink-3">{capital(finding.where)}</p>
        <p className="text-body break-words">{sentence(finding.problem)}</p>
        <p className="text-ink-2">
          <Icon of={Wrench} size={13} className="mr-1 inline-block align-[-2px] text-ink-3" />
          {finding.allow === undefined ? finding.fix : "If your flows are meant to call it, allow it. Every flow may call it then."}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <Remedy flowId={flowId} finding={finding} beside={beside} {...(onOpen && { onOpen })} {...(onMended && { onMended })} />
        </div>
      </div>
    </li>
  );
}

/** What a click can do about it: the name, the login, the inbox; else the place where it is written. */
function Remedy({ flowId, finding, beside, onOpen, onMended }: FindingProps) {
  const lost = lostInFinding(flowId, finding);
  const again = useMutation(useCheckNow(flowId));
  const place = /\.(connection|inbox)$/.exec(finding.at)?.[1];
  return (
    <>
      {finding.allow !== undefined && (
        <AllowHost
          host={finding.allow}
          onDone={() => {
            again.mutate();
            onMended?.();
          }}
        />
      )}
      {lost !== null && <UseInstead lost={lost} atOnce={finding.level === "warning" && lost.near} onDone={onMended} />}
      {finding.renew !== undefined && (
        <May scope="connections:write">
          <Button asChild>
            <Link to="/connections" search={{ renew: finding.renew }}>
              Reconnect
            </Link>
          </Button>
        </May>
      )}
      {place === "connection" && (
        <Button asChild>
          <Link to="/connections">Open connections</Link>
        </Button>
      )}
      {place === "inbox" && (
        <Button asChild>
          <Link to="/inboxes">Open inboxes</Link>
        </Button>
      )}
      {!beside && (
        <Button kind="quiet" asChild>
          <Link to="/flows/$flowId" params={{ flowId }} search={{ at: placeOfFinding(finding) }} onClick={onOpen}>
            {openWords(finding)}
          </Link>
        </Button>
      )}
    </>
  );
}

const openWords = (finding: LintFinding): string =>
  finding.step !== null ? "Open the step" : placeOfFinding(finding) === placeKey(triggerPlace) ? "Open the trigger" : "Open the settings";

/** What the editor opens for it. */
function placeOfFinding({ at }: LintFinding): string {
  const place = placeOf(at);
  const isOfFlow = place[0] === "settings" || place[0] === "name" || place[0] === "description" || place[0] === "todo";
  return placeKey(stepPlaceOf(place) ?? (isOfFlow ? settingsPlace : triggerPlace));
}

/** A problem reads as the rest of a sentence; here it stands alone. */
const sentence = (problem: string): string => `${capital(problem).replace(/\.$/, "")}.`;
