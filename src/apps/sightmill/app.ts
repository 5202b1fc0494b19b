import type { LoginField } from "#catalog/logins/field.ts";
import type { App, InputField, MessageChannel, Operation, WebhookTrigger } from "#catalog/types.ts";

const labels: Record<string, string> = {
  email: "E-mail",
  firstname: "First name",
  surname: "Surname",
  segment: "Segment",
  spend: "Spend",
  product: "Product",
  tag: "Tag",
  owner: "Owner",
  id: "Your id of the contact",
};
const field = (name: string): InputField => ({
  name,
  in: "body",
  schema: { type: "string" },
  label: labels[name] ?? name,
  control: "text",
});
const contact = ["email", "firstname", "surname", "segment", "spend", "product", "tag", "owner", "id"].map(field);
const withAddress = (help: string, label = "E-mail", format = "email"): InputField[] =>
  contact.map((f) => (f.name === "email" ? { ...f, schema: { ...f.schema, format }, label, help, required: true } : f));
const delay: InputField = {
  name: "delay",
  in: "body",
  schema: { type: "integer", minimum: 0, maximum: 8760 },
  label: "Delay, hours",
  control: "number",
};

const address = (name: string, label: string): LoginField => ({ name, in: "secret", label, url: true });
/** A project need not use them all. */
const addresses = [
  address("send_email_survey", "Address that sends an e-mail survey"),
  address("send_sms_survey", "Address that sends an SMS survey"),
  address("add_contact", "Address that adds a contact"),
];

/** SightMill gives each project three addresses to post to. The address is the login. */
function post(id: string, title: string, effect: "send" | "create", input: InputField[], channel?: MessageChannel): Operation {
  return {
    id,
    app: "sightmill",
    title,
    category: "SightMill",
    kind: "action",
    effect,
    method: "POST",
    path: `secret-url:${id}`,
    scopes: [],
    access: [],
    input,
    ...(channel && { message: { channel, to: { address: "email" } } }),
    result: "",
    show: ["email", "firstname", "surname"],
    example: { input: { email: id === "send_sms_survey" ? "+441632960961" : "ada@example.com", firstname: "Ada" }, output: {} },
  };
}

/**
 * The keys of an answer are not published. These aliases are a guess at them, which a caught sample corrects: what is found is put
 * under the name on the left, beside the body as received.
 */
const response: WebhookTrigger = {
  id: "response.received",
  app: "sightmill",
  title: "Survey answer received",
  kind: "webhook",
  key: ["responseId"],
  person: ["email", "phone", "firstname"],
  aliases: {
    score: ["score", "nps", "nps_score", "npsScore", "rating"],
    comment: ["comment", "verbatim", "verbatim_comment", "feedback", "reason"],
    email: ["email", "email_address", "emailAddress"],
    phone: ["phone", "mobile", "phone_number"],
    firstname: ["firstname", "first_name", "firstName"],
    surname: ["surname", "last_name", "lastName", "lastname"],
    segment: ["segment"],
    spend: ["spend"],
    product: ["product"],
    tags: ["tags", "tag"],
    owner: ["owner"],
    id: ["id", "contact_id", "external_id"],
    responseId: ["responseId", "response_id", "result_id", "survey_response_id"],
  },
  output: {
    type: "object",
    properties: {
      score: { type: "number", minimum: 0, maximum: 10 },
      comment: { type: "string" },
      tags: { type: "array", items: { type: "string" } },
      ...Object.fromEntries(
        ["email", "phone", "firstname", "surname", "segment", "spend", "product", "owner", "id", "responseId"].map((name) => [
          name,
          { type: "string" as const },
        ]),
      ),
    },
  },
  example: {
    score: 9,
    comment: "Kind and quick",
    email: "ada@example.com",
    firstname: "Ada",
    surname: "Byron",
    segment: "private",
    product: "check-up",
    tags: ["promoter"],
    id: "4711",
  },
  note: "SightMill does not publish the names of these fields. Catch a sample and look before you map.",
};

export const sightmill: App = {
  id: "sightmill",
  title: "SightMill",
  baseUrl: "",
  auth: [{ kind: "url", title: "The project's webhook addresses", fields: addresses }],
  mark: { letters: "SM", hue: 155 },
  operations: [
    post("send_email_survey", "Send an e-mail survey", "send", [...withAddress("To whom the survey goes."), delay], "email"),
    post(
      "send_sms_survey",
      "Send an SMS survey",
      "send",
      withAddress("The phone number, in the field SightMill calls email.", "Phone", "phone"),
      "sms",
    ),
    post("add_contact", "Add a contact", "create", withAddress("Who joins the next scheduled survey.")),
  ],
  triggers: [response],
  refusals: [],
};
