/** Secrets in exports: they are never imported, neither into a flow nor into the report. */

/** Names under which a fixed value is a secret. `author` is none. */
const secretName =
  /authori[sz]ation|^auth$|^x-auth|cookie|token|secret|passw|credential|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|bearer|signature/i;
export const isSecretName = (name: string): boolean => secretName.test(name.slice(0, 200));

/** What secrets of well-known services look like, and what stands after `Bearer`. */
const shapes = [
  /\b(?:bearer|basic)\s+[\w.+/=~-]{16,4096}/gi,
  /\bpit-[0-9a-f-]{20,60}/gi,
  /\beyJ[\w-]{8,4096}\.[\w-]{4,4096}\.[\w-]{0,4096}/g,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)[-_][\w-]{8,256}/g,
  /\bsk-[A-Za-z0-9]{20,256}/g,
  /\bxox[abprs]-[\w-]{8,256}/g,
  /\bgh[opsur]_[A-Za-z0-9]{20,256}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{30,60}/g,
];

/** Whether a fixed text must not be repeated, by what it looks like or by the name it stands under. */
export const isSecretText = (text: string, name: string): boolean =>
  withoutSecrets(text) !== text || (isSecretName(name) && text.length >= 6 && !text.includes("{{"));

const credentialsInAddress = /(:\/\/)[^\s/@:]{1,256}:[^\s/@]{1,256}@/g;
const secretInQuery = /([?&][^=&\s]{0,60}(?:token|key|secret|passw|auth|signature)[^=&\s]{0,60}=)[^&\s{"']{4,4096}/gi;

/** The text without the secrets in it; the same text where there is none. */
export function withoutSecrets(text: string): string {
  const masked = shapes.reduce((all, shape) => all.replace(shape, "***"), text);
  return masked.replace(credentialsInAddress, "$1").replace(secretInQuery, "$1***");
}
