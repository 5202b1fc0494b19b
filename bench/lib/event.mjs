// The one event every system under test receives, and the mapping each applies to it.
// The body is about 700 bytes, the size of a form-submission webhook.

const head = '{"event_id":"';
const tail =
  '","type":"form.submitted","created_at":"2026-01-15T09:30:00.000Z",' +
  '"contact":{"first_name":"Dana","last_name":"Okafor","email":"Dana.Okafor@Example.COM",' +
  '"phone":"+15555550123","company":"Northwind Plumbing","address":{"line1":"14 Elm Street",' +
  '"city":"Springfield","state":"IL","postal_code":"62701","country":"US"}},' +
  '"answers":[{"key":"service","value":"Boiler repair"},{"key":"urgency","value":"this week"},' +
  '{"key":"notes","value":"Please ring the side bell, the front one is broken."}],' +
  '"utm":{"source":"newsletter","medium":"email","campaign":"winter-service","term":null},' +
  '"consent":{"sms":true,"email":true}}';

export const eventBody = (id) => head + id + tail;

/** The six-field mapping as the relays do it. */
export function mapEvent(event) {
  return {
    externalId: event.event_id,
    firstName: event.contact.first_name,
    lastName: event.contact.last_name,
    email: event.contact.email.toLowerCase(),
    phone: event.contact.phone,
    source: event.type + " / " + event.utm.source,
  };
}

/** The same mapping as Millrace is told it. */
export const mappedFields = {
  externalId: "{{ trigger.event_id }}",
  firstName: "{{ trigger.contact.first_name }}",
  lastName: "{{ trigger.contact.last_name }}",
  email: "{{ trigger.contact.email | downcase }}",
  phone: "{{ trigger.contact.phone }}",
  source: "{{ trigger.type }} / {{ trigger.utm.source }}",
};

/** Whether all six fields arrived mapped; a system that forwards something else is not doing the job. */
export const isMapped = (o) =>
  Boolean(o.externalId) &&
  o.firstName === "Dana" &&
  o.lastName === "Okafor" &&
  o.email === "dana.okafor@example.com" &&
  o.phone === "+15555550123" &&
  o.source === "form.submitted / newsletter";
