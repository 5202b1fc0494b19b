import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Plus, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Step } from "#api/schemas.ts";
import { cutText } from "#kernel/characters.ts";
import { Button, IconButton } from "../../../../components/ui/button.tsx";
import { Disclosure } from "../../../../components/ui/disclosure.tsx";
import { Field, Input, Textarea } from "../../../../components/ui/field.tsx";
import { Icon } from "../../../../components/ui/icon.tsx";
import { api } from "../../../../lib/api.ts";
import { parseJson } from "../../../../lib/json-text.ts";
import { useSamples } from "../../trying/samples-context.tsx";
import { type ScriptTest, testFromSample } from "./new-test.ts";
import type { LineProblem } from "./script-editor.tsx";

type Tested = Awaited<ReturnType<typeof api.flows.testScript>>["tests"][number];

interface ScriptTestsProps {
  flowId: string;
  step: Step<"code">;
  /** Its code can be executed. */
  isReadable: boolean;
  onChange: (tests: ScriptTest[] | undefined) => void;
  /** Says at which lines tests fail. */
  onFailed: (problems: readonly LineProblem[]) => void;
}

/** Examples of what the script returns. They are executed whenever the script or one of them has changed. */
export function ScriptTests({ flowId, step, isReadable, onChange, onFailed }: ScriptTestsProps) {
  const tests = Array.isArray(step.tests) ? step.tests : [];
  const { sample, tests: stepTests } = useSamples();
  const results = useResults(flowId, step, isReadable && tests.length > 0);
  const failed = JSON.stringify(results?.flatMap(failureOf) ?? []);
  useEffect(() => onFailed(JSON.parse(failed) as LineProblem[]), [failed, onFailed]);
  const put = (next: ScriptTest[]) => onChange(next.length === 0 ? undefined : next);
  const add = useMutation({
    mutationFn: () => {
      const last = stepTests.find((one) => one.step === step.id);
      return expectingItsResult(flowId, step, testFromSample(step, sample.values, last));
    },
    onSuccess: (test) => put([...tests, test]),
  });
  return (
    <section aria-label="Tests" className="flex flex-col gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <span className="font-medium">Tests</span>
        <span role="status" className="text-meta text-ink-3">
          {tests.length > 0 && isReadable && summary(results)}
        </span>
      </div>
      {tests.map((test, i) => (
        <OneTest
          key={i}
          test={test}
          result={isReadable ? results?.[i] : undefined}
          onChange={(next) => put(tests.with(i, next))}
          onRemove={() => put(tests.toSpliced(i, 1))}
        />
      ))}
      <div>
        <Button small kind="quiet" icon={<Icon of={Plus} size={14} />} busy={add.isPending} onClick={() => add.mutate()}>
          Add a test from the sample
        </Button>
      </div>
      {tests.length === 0 && (
        <p className="text-meta text-ink-3">Tests run when you change the script, and publishing warns of those that fail.</p>
      )}
    </section>
  );
}

/** The test with what the script returns now as its expected result, where it returns something. */
async function expectingItsResult(flowId: string, { code, language, timeoutMs }: Step<"code">, test: ScriptTest): Promise<ScriptTest> {
  const body = { code, language, timeoutMs, tests: [test] };
  const tested = await api.flows.testScript({ id: flowId, body }).catch(() => null);
  const result = tested?.tests[0];
  return result === undefined || result.problem !== null ? test : { ...test, expect: result.output as ScriptTest["expect"] };
}

function summary(results: readonly Tested[] | undefined): string {
  if (results === undefined) return "Running …";
  const passing = results.filter(({ passed }) => passed).length;
  return passing === results.length
    ? `${passing === 1 ? "1 test passes" : `All ${passing} tests pass`}`
    : `${passing} of ${results.length} pass`;
}

const failureOf = ({ name, line, problem }: Tested): LineProblem[] =>
  line === null || problem === null ? [] : [{ line, message: `Test '${name}': ${problem}.` }];

const restMs = 700;

/** The results of the tests as they are now, once nobody has typed for a moment. */
function useResults(flowId: string, { code, language, timeoutMs, tests }: Step<"code">, isOn: boolean): Tested[] | undefined {
  const now = JSON.stringify({ code, language, timeoutMs, tests });
  const [rested, setRested] = useState(now);
  useEffect(() => {
    const timer = setTimeout(() => setRested(now), restMs);
    return () => clearTimeout(timer);
  }, [now]);
  const { data } = useQuery({
    queryKey: ["flows", flowId, "script-tests", rested],
    queryFn: async () => (await api.flows.testScript({ id: flowId, body: JSON.parse(rested) as Step<"code"> })).tests,
    enabled: isOn,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
    meta: { quiet: true },
  });
  return data;
}

interface OneTestProps {
  test: ScriptTest;
  result: Tested | undefined;
  onChange: (test: ScriptTest) => void;
  onRemove: () => void;
}

function OneTest({ test, result, onChange, onRemove }: OneTestProps) {
  return (
    <div className="flex min-w-0 items-start gap-2 border-l-2 border-line pl-3">
      <div className="min-w-0 flex-1">
        <Disclosure summary={<TestTitle name={test.name} result={result} />}>
          <div className="flex flex-col gap-3 pt-2">
            <Field label="Name">
              {(ids) => (
                <Input {...ids} value={test.name} maxLength={120} onChange={(event) => onChange({ ...test, name: event.target.value })} />
              )}
            </Field>
            <JsonField
              label="Data, by name"
              value={test.data ?? {}}
              onChange={(data) => onChange({ ...test, data: data as ScriptTest["data"] & object })}
            />
            <JsonField
              label="Expected result"
              value={test.expect}
              onChange={(expect) => onChange({ ...test, expect: expect as ScriptTest["expect"] })}
            />
            {result !== undefined && !result.passed && result.problem === null && (
              <Button small kind="quiet" onClick={() => onChange({ ...test, expect: result.output as ScriptTest["expect"] })}>
                Expect what it returns now
              </Button>
            )}
          </div>
        </Disclosure>
      </div>
      <IconButton label={`Remove the test ${test.name}`} onClick={onRemove}>
        <Icon of={X} size={14} />
      </IconButton>
    </div>
  );
}

function TestTitle({ name, result }: { name: string; result: Tested | undefined }): ReactNode {
  const why = result === undefined || result.passed ? null : (result.problem ?? `returned ${short(result.output)}`);
  return (
    <span className="inline-flex min-w-0 items-baseline gap-1.5">
      {result !== undefined && (
        <span className={result.passed ? "text-success" : "text-failure"}>
          <Icon of={result.passed ? CircleCheck : CircleX} size={13} />
          <span className="sr-only">{result.passed ? "Passes: " : "Fails: "}</span>
        </span>
      )}
      <bdi className="shrink-0">{name}</bdi>
      {why !== null && (
        <span className="truncate text-meta text-failure">
          {result?.line == null ? "" : `line ${result.line}: `}
          {why}
        </span>
      )}
    </span>
  );
}

const longest = 80;
function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > longest ? `${cutText(text, longest)}…` : text;
}

/** A value as JSON. What cannot be read yet stays here. */
function JsonField({ label, value, onChange }: { label: string; value: unknown; onChange: (value: unknown) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const error = typed === null ? undefined : (parseJson(typed).error ?? undefined);
  return (
    <Field label={label} error={error}>
      {(ids) => (
        <Textarea
          {...ids}
          className="font-mono text-meta"
          value={typed ?? JSON.stringify(value, null, 2)}
          onChange={(event) => {
            setTyped(event.target.value);
            const read = parseJson(event.target.value);
            if (read.error === null) onChange(read.value);
          }}
          onBlur={() => error === undefined && setTyped(null)}
        />
      )}
    </Field>
  );
}
