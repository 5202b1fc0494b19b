import { isObject } from "#kernel/json.ts";
import type { MessageRule } from "#api/schemas.ts";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { TextField } from "./fields/text-field.tsx";

const titles: Readonly<Record<MessageRule, string>> = { doNotDisturb: "Do not disturb", quietHours: "Quiet hours", cap: "Daily cap" };
const rules = Object.keys(titles) as MessageRule[];

interface MessageExceptionProps {
  /** `messages` of a step or of the settings, as it is written. */
  value: unknown;
  /** Whose messages they are: "this step", "this flow". */
  of: string;
  errors: ReadonlyMap<string, string>;
  onChange: (value: unknown) => void;
}

/** The rules of Messages to people that a step or a flow leaves out, and why. */
export function MessageException({ value, of, errors, onChange }: MessageExceptionProps) {
  const exception = isObject(value) ? value : {};
  const without: readonly unknown[] = Array.isArray(exception["without"]) ? exception["without"] : [];
  const tick = (rule: MessageRule, on: boolean) => {
    const left = rules.filter((one) => (one === rule ? on : without.includes(one)));
    onChange(left.length === 0 ? undefined : { without: left, reason: exception["reason"] ?? "" });
  };
  return (
    <>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 font-medium">Rules for messages that {of} leaves out</legend>
        {rules.map((rule) => (
          <label key={rule} className="flex items-center gap-2">
            <Checkbox label={titles[rule]} checked={without.includes(rule)} onChange={(on) => tick(rule, on)} />
            {titles[rule]}
          </label>
        ))}
        <p className="text-meta text-ink-3">{errors.get("without") ?? "They are set for all flows under Messages to people."}</p>
      </fieldset>
      {value !== undefined && (
        <TextField
          label="Why"
          hint="Shown with each message that is sent."
          required
          value={exception["reason"]}
          maxLength={300}
          error={errors.get("reason")}
          onChange={(reason) => onChange({ ...exception, reason: reason ?? "" })}
        />
      )}
    </>
  );
}
