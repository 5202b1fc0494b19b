/** Pure: how a flow is written, as an agent reads it before it writes one. */
import { z } from "zod";
import { flowDefinition } from "#engine/flow/format.ts";

const guide = `# How a flow is written

A flow is JSON: \`name\`, \`trigger\`, \`steps\` and, where needed, \`settings\`. The schema below is complete: nothing else is accepted.

- \`trigger\`: app and operation as find_operations gives them (use: "trigger"), the name of a connection, and its \`input\`. Whether it is a webhook, a poll, a schedule or started by hand follows from the operation.
- \`steps\`: a list. Each has an \`id\` (it begins with a letter or _, and goes on with letters, digits, _ and -; 60 at most), by which later steps read its result. The members say what kind it is:
  - \`app\` + \`operation\` + \`connection\` + \`input\`: calls an operation. A read is a look-up.
  - \`filter\`: the run goes on only if the condition holds.
  - \`if\`, \`then\`, \`else\`: one list of steps or the other.
  - \`forEach\`, \`as\`, \`do\`: its steps once for each item of a list.
  - \`wait\`: \`2h\`, or a template that gives a duration or a time.
  - \`format\`: builds values for later steps.
  - \`code\`: JavaScript that returns a value; it reads \`trigger\`, earlier steps and \`input\`.
  - \`stop\`: ends the run.
- A \`connection\` is the name of one, from list_connections; never an id and never a secret.

## Filling fields

Each text in an \`input\` is a Liquid template: \`{{ trigger.email | downcase }}\`, \`{{ contact.id }}\` (the step with the id \`contact\`), \`{{ item.name }}\` in a loop.
A text that is exactly one \`{{ … }}\` keeps the value's type. A value that is missing leaves its field out; nothing is emptied by accident. To empty a field on purpose, give \`{ "$empty": true }\`.
Useful filters: \`downcase\`, \`strip\`, \`default: "x"\`, \`phone_or_blank\`, \`date: "%Y-%m-%d"\`, \`plus_days: 1\`, \`map: "key"\`, \`where: "key", "value"\`, \`first\`, \`join: ", "\`.
Conditions (\`filter\`, \`if\`) are written without braces: \`trigger.score <= 6 and trigger.email != blank\`. They compare with ==, !=, <, <=, >, >=, contains, and join with and, or.

## Building one

1. find_templates: a ready-made flow that is near is better than an empty page.
2. find_operations and describe_operation for the trigger and each step. Never guess a field.
3. draft_flow. It is kept even where it is incomplete; \`problems\` name each place and what is wrong there.
4. samples and dry_run_flow: what it would do with a real event, without a write.
5. validate_flow: what would fail later. backtest_flow: the same on the newest events that came.
6. request_publish: a person decides.`;

const schema = z.toJSONSchema(flowDefinition, { io: "input", unrepresentable: "any" });

/** The guide, and the JSON Schema of a definition. */
export const flowFormat = `${guide}\n\n## Schema\n\n\`\`\`json\n${JSON.stringify(schema)}\n\`\`\`\n`;
