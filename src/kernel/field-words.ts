/** What people call a field of which only the name on the wire is known: `first_name` is "First name", `utmSource` "UTM source". */

const whole: Readonly<Record<string, string>> = {
  email: "e-mail",
  emailaddress: "e-mail",
  mail: "e-mail",
  firstname: "first name",
  lastname: "last name",
  fullname: "full name",
  lowercasename: "name in lower case",
  phonenumber: "phone",
  dateofbirth: "date of birth",
  dateadded: "date added",
  dateupdated: "date updated",
  createdat: "creation time",
  updatedat: "time of the last change",
};
const capitals = new Set(["id", "url", "uri", "nps", "sms", "utm", "ip", "dnd", "vip", "csv", "xml", "json", "html", "api", "sku", "vat"]);
const proper: Readonly<Record<string, string>> = { email: "e-mail", sightmill: "SightMill", highlevel: "HighLevel", whatsapp: "WhatsApp" };

/** Within a sentence: "first name", "UTM source", "id". */
export function fieldWords(name: string): string {
  const spaced = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/[\s_.-]+/g, " ")
    .trim()
    .toLowerCase();
  if (spaced === "") return name;
  const joined = spaced.replaceAll(" ", "");
  return Object.hasOwn(whole, joined) ? whole[joined]! : spaced.split(" ").map(word).join(" ");
}

const word = (text: string): string =>
  Object.hasOwn(proper, text) ? proper[text]! : capitals.has(text) && text !== "id" ? text.toUpperCase() : text;

/** By itself, as a label: "First name". */
export function fieldLabel(name: string): string {
  const words = fieldWords(name);
  return words === "id" ? "Id" : words.charAt(0).toUpperCase() + words.slice(1);
}
