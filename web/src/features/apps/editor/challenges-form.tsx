import { X } from "lucide-react";
import type { WebhookChallenge } from "#catalog/types.ts";
import { Section } from "../../../components/page.tsx";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import {
  type Algorithm,
  type AnswerKind,
  answerKinds,
  challengesOf,
  type Encoding,
  mostChallenges,
  newChallenge,
  type PartPlace,
  partPlaces,
  withAnswerKind,
  withChallenges,
  withMark,
  withSignedText,
  withText,
} from "../definition/challenges.ts";
import { useEditing, useProblem } from "./editing.ts";
import { ChoiceLine, TextLine } from "./line.tsx";
import { AddRow } from "./rows.tsx";

/** Requests by which the app makes sure of an address before it sends events there. */
export function ChallengesForm() {
  const { draft, edit, mayWrite } = useEditing();
  const challenges = challengesOf(draft.definition);
  const problem = useProblem("webhooks.challenges");
  const put = (next: readonly WebhookChallenge[]) => edit((old) => ({ ...old, definition: withChallenges(old.definition, next) }));
  return (
    <Section title="How it tests an address" className="max-w-2xl">
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
        <p className="text-ink-2">
          Some apps send a test request first and want a text of it back. Millrace answers the usual ones by itself. Describe a request here
          if the documentation of the app asks for another answer.
        </p>
        {challenges.map((challenge, index) => (
          <ChallengeLines
            key={index}
            challenge={challenge}
            index={index}
            onChange={(next) => put(challenges.map((old, i) => (i === index ? next : old)))}
            onRemove={() => put(challenges.filter((_, i) => i !== index))}
          />
        ))}
        {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
        {mayWrite && challenges.length < mostChallenges && (
          <AddRow onClick={() => put([...challenges, newChallenge()])}>Add test request</AddRow>
        )}
      </fieldset>
    </Section>
  );
}

interface LinesProps {
  challenge: WebhookChallenge;
  index: number;
  onChange: (challenge: WebhookChallenge) => void;
}

/** One such request: how it is recognized, which text is wanted back, and how. */
function ChallengeLines({ challenge, index, onChange, onRemove }: LinesProps & { onRemove: () => void }) {
  const { mayWrite } = useEditing();
  const lines = { challenge, index, onChange };
  const title = `Test request ${index + 1}`;
  return (
    <fieldset className="flex min-w-0 flex-col gap-4 rounded-md border border-line p-4">
      <legend className="px-1 font-medium">{title}</legend>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <MarkLines {...lines} />
        <TextLines {...lines} />
        <AnswerLines {...lines} />
      </div>
      {mayWrite && (
        <span className="self-end">
          <IconButton small label={`Remove ${title.toLowerCase()}`} onClick={onRemove}>
            <Icon of={X} size={14} />
          </IconButton>
        </span>
      )}
    </fieldset>
  );
}

const places = Object.entries(partPlaces);

function MarkLines({ challenge, index, onChange }: LinesProps) {
  const at = `webhooks.challenges.${index}.when`;
  const { when } = challenge;
  return (
    <>
      <ChoiceLine
        label="Recognized by"
        at={`${at}.in`}
        value={when.in}
        options={places}
        onChange={(place) => onChange(withMark(challenge, { in: place as PartPlace }))}
      />
      <TextLine
        label={nameLabels[when.in]}
        at={`${at}.name`}
        mono
        maxLength={80}
        value={when.name}
        onChange={(name) => onChange(withMark(challenge, { name }))}
      />
      <TextLine
        label="Its value"
        hint="Empty: any value. For example url_validation."
        at={`${at}.value`}
        maxLength={200}
        value={when.value ?? ""}
        onChange={(value) => onChange(withMark(challenge, { value }))}
      />
    </>
  );
}

const nameLabels: Readonly<Record<PartPlace, string>> = {
  query: "Name of the parameter",
  header: "Name of the header",
  body: "Path in the body",
};
const sameText = "";

/** The text that is wanted back: that by which the request is recognized, or another part of it. */
function TextLines({ challenge, index, onChange }: LinesProps) {
  const at = `webhooks.challenges.${index}.text`;
  const { text } = challenge;
  return (
    <>
      <ChoiceLine
        label="Text to send back"
        at={`${at}.in`}
        value={text?.in ?? sameText}
        options={[[sameText, "That value"], ...places]}
        onChange={(place) =>
          onChange(withText(challenge, place === sameText ? undefined : { in: place as PartPlace, name: text?.name ?? "challenge" }))
        }
      />
      {text !== undefined && (
        <TextLine
          label={`${nameLabels[text.in]} of the text`}
          at={`${at}.name`}
          mono
          maxLength={80}
          value={text.name}
          onChange={(name) => onChange(withText(challenge, { ...text, name }))}
        />
      )}
    </>
  );
}

function AnswerLines({ challenge, index, onChange }: LinesProps) {
  const at = `webhooks.challenges.${index}.answer`;
  const { answer } = challenge;
  return (
    <>
      <ChoiceLine
        label="Sent back as"
        at={`${at}.as`}
        value={answer.as}
        options={Object.entries(answerKinds)}
        onChange={(as) => onChange(withAnswerKind(challenge, as as AnswerKind))}
      />
      {answer.as === "header" && (
        <TextLine
          label="Header of the answer"
          at={`${at}.name`}
          mono
          maxLength={80}
          value={answer.name}
          onChange={(name) => onChange({ ...challenge, answer: { ...answer, name } })}
        />
      )}
      {answer.as === "json" && (
        <TextLine
          label="Member of the object"
          at={`${at}.member`}
          mono
          maxLength={80}
          value={answer.member}
          onChange={(member) => onChange({ ...challenge, answer: { ...answer, member } })}
        />
      )}
      {answer.as === "json" && <SignedLines challenge={challenge} index={index} onChange={onChange} answer={answer} />}
    </>
  );
}

type JsonAnswer = Extract<WebhookChallenge["answer"], { as: "json" }>;

/** The text signed with the secret of the app's events, as another member of the answer. */
function SignedLines({ challenge, index, onChange, answer }: LinesProps & { answer: JsonAnswer }) {
  const at = `webhooks.challenges.${index}.answer.signature`;
  const { signature } = answer;
  const { algorithm = "sha256", encoding = "hex" } = signature ?? {};
  return (
    <>
      <ChoiceLine
        label="Signed as well"
        hint="With the secret by which events are verified."
        at={at}
        value={signature === undefined ? "no" : "yes"}
        options={[
          ["no", "No"],
          ["yes", "Yes, in another member"],
        ]}
        onChange={(is) => onChange(withSignedText(challenge, is === "yes" ? { member: "signature" } : undefined))}
      />
      {signature !== undefined && (
        <>
          <TextLine
            label="Member of the signature"
            at={`${at}.member`}
            mono
            maxLength={80}
            value={signature.member}
            onChange={(member) => onChange(withSignedText(challenge, { ...signature, member }))}
          />
          <ChoiceLine
            label="Algorithm of the signature"
            at={`${at}.algorithm`}
            value={algorithm}
            options={[
              ["sha256", "SHA-256"],
              ["sha512", "SHA-512"],
              ["sha1", "SHA-1"],
            ]}
            onChange={(next) => onChange(withSignedText(challenge, { ...signature, algorithm: next as Algorithm }))}
          />
          <ChoiceLine
            label="Encoding of the signature"
            at={`${at}.encoding`}
            value={encoding}
            options={[
              ["hex", "Hexadecimal"],
              ["base64", "Base64"],
            ]}
            onChange={(next) => onChange(withSignedText(challenge, { ...signature, encoding: next as Encoding }))}
          />
        </>
      )}
    </>
  );
}
