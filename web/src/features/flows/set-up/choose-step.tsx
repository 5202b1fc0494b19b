import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { CatalogEntry, SetupChoice, SetupView } from "#api/schemas.ts";
import { choiceProblem, type ChoiceValue, readChoice, sendTo, writeChoice } from "#templates/places.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Field, Input } from "../../../components/ui/field.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { catalogQuery, connectionsQuery } from "../../../lib/queries.ts";
import { plural } from "../../../lib/words.ts";
import { QuestionField } from "./question-field.tsx";
import { isMappedChoice, mappedSteps } from "./mapped.ts";
import { nameSource, receiversOf } from "./names.ts";
import { ReceiverField } from "./receiver-field.tsx";
import { StepEnd } from "./step-end.tsx";
import type { Draft } from "./use-set-up-draft.ts";

/** On demand: it brings the editor of templates. */
const MapFields = lazy(() => import("./map-fields.tsx").then(({ MapFields: part }) => ({ default: part })));
const MappedChoice = lazy(() => import("./map-fields.tsx").then(({ MappedChoice: part }) => ({ default: part })));

interface ChooseStepProps {
  flowId: string;
  setup: SetupView;
  draft: Draft;
  busy: boolean;
  onBack: () => void;
  onNext: () => void;
}

/** Step 2: what differs from account to account is chosen by name, and what goes where can be changed. */
export function ChooseStep({ flowId, setup, draft, busy, onBack, onNext }: ChooseStepProps) {
  const catalog = useQuery(catalogQuery()).data ?? [];
  const [tried, setTried] = useState(false);
  const { flow } = draft;
  const asked = setup.choices.flatMap((choice) => {
    const value = readChoice(flow, choice);
    return value === null ? [] : [{ choice, value, problem: choiceProblem(choice, value) }];
  });
  const problems = asked.filter(({ problem }) => problem !== null).length;
  const next = () => {
    setTried(true);
    if (problems === 0 && flow.name.trim() !== "") onNext();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <Section title="Choose">
        <div className="flex max-w-xl flex-col gap-4">
          <Field label="Name of the flow" required error={flow.name.trim() === "" ? "has to be filled in" : undefined}>
            {(ids) => (
              <Input {...ids} value={flow.name} maxLength={120} onChange={(event) => draft.change({ ...flow, name: event.target.value })} />
            )}
          </Field>
          {asked.map(({ choice, value, problem }) => (
            <Question
              key={choice.name}
              flowId={flowId}
              choice={choice}
              value={value}
              draft={draft}
              catalog={catalog}
              error={tried && problem !== null ? problem : undefined}
            />
          ))}
        </div>
      </Section>
      <Mapping flowId={flowId} setup={setup} draft={draft} catalog={catalog} />
      {draft.problem !== null && <NotSaved draft={draft} />}
      <StepEnd
        onBack={onBack}
        hint={tried && problems > 0 ? `${plural(problems, "field")} to fill in` : null}
        undo={draft.undo}
        note={{ saved: "Saved", saving: "Saving", unsaved: "" }[draft.state]}
      >
        <Button kind="primary" type="submit" busy={busy}>
          Continue
        </Button>
      </StepEnd>
    </form>
  );
}

interface QuestionProps {
  flowId: string;
  choice: SetupChoice;
  value: ChoiceValue | undefined;
  draft: Draft;
  catalog: readonly CatalogEntry[];
  error: string | undefined;
}

/** A question with its own control, or with chips where the answer that the template brings has data in it. */
function Question(props: QuestionProps) {
  const { choice, value, draft, catalog, error } = props;
  const connections = useQuery(connectionsQuery()).data ?? [];
  const receivers = receiversOf(draft.flow, choice, { catalog, connections });
  // It stays the same control while one types, also when the last of its data is gone.
  const [hasData] = useState(() => isMappedChoice(choice, value));
  if (receivers !== null)
    return (
      <ReceiverField
        {...receivers}
        choice={choice}
        value={value}
        error={error}
        onChange={(to) => draft.change(sendTo(draft.flow, choice, to))}
      />
    );
  if (hasData)
    return (
      <Suspense fallback={<SkeletonRows rows={1} />}>
        <MappedChoice {...props} />
      </Suspense>
    );
  return (
    <QuestionField
      choice={choice}
      value={value}
      source={nameSource(draft.flow, choice, catalog)}
      error={error}
      onChange={(changed) => draft.change(writeChoice(draft.flow, choice, changed))}
    />
  );
}

/** Why the last change was not saved, and what another window has. */
function NotSaved({ draft }: { draft: Draft }) {
  return (
    <p role="alert" className="mt-6 flex flex-wrap items-center gap-2 rounded-md bg-failure-soft px-3 py-2">
      <span className="min-w-0 flex-1">{draft.problem}</span>
      <Button small onClick={() => void draft.flush()}>
        Save again
      </Button>
      <Button small kind="quiet" onClick={() => void draft.reload()}>
        Use what was saved
      </Button>
    </p>
  );
}

/** What goes where: each field with the data that fills it. */
function Mapping({
  flowId,
  setup,
  draft,
  catalog,
}: Pick<ChooseStepProps, "flowId" | "setup" | "draft"> & { catalog: readonly CatalogEntry[] }) {
  const steps = mappedSteps(draft.flow, draft.opened, setup.choices, catalog);
  if (steps.length === 0) return null;
  return (
    <Section title="Map" className="mt-8" aside={<span className="text-ink-3">Filled in already. Change what does not fit.</span>}>
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line bg-raised">
        {steps.map((step, i) => (
          <li key={step.id} className="px-4 py-2">
            <Disclosure
              open={i === 0}
              summary={
                <span className="flex min-w-0 items-center gap-2">
                  <AppMark app={step.app} size={20} />
                  <span className="truncate font-medium">
                    <bdi>{step.title}</bdi>
                  </span>
                  <span className="shrink-0 text-ink-3">{plural(step.fields.length, "field")}</span>
                </span>
              }
            >
              <Suspense fallback={<SkeletonRows rows={step.fields.length} />}>
                <MapFields flowId={flowId} step={step} draft={draft} catalog={catalog} />
              </Suspense>
            </Disclosure>
          </li>
        ))}
      </ul>
    </Section>
  );
}
