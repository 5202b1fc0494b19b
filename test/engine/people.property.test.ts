import fc from "fast-check";
import { expect, it } from "vitest";
import { keysOfEvent, keysOfStep } from "#engine/people/extract.ts";
import { personSearch } from "#engine/people/search.ts";
import type { Acceptance } from "#engine/types/acceptance.ts";
import { openSqlite } from "#storage/database.ts";
import { createRunStore } from "#storage/run-store.ts";
import { acceptance, step } from "#test/contracts/run-store.contract.ts";
import { trials } from "../support/trials.ts";

interface Person {
  email: string;
  /** Country code and national number. */
  phone: [code: string, national: string];
  first: string;
  last: string;
  id: string;
}

const firsts = ["Ada", "Zoë", "Søren", "Łucja", "Đorđe", "José", "İlkay", "Anne-Marie", "O'Neil", "Мария", "太郎", "ليلى"];
const lasts = ["Byron", "Núñez", "Straße", "Çelik", "Ivanova", "D'Angelo", "Иванова", "山田", "حسن", "van der Berg", "Ørsted", "Žižek"];
const codes: [code: string, trunk: string][] = [
  ["1", ""],
  ["41", "0"],
  ["44", "0"],
  ["353", "0"],
];

/** All of them differ in every key: what finds one must not find another. */
const personOf = (n: number): Person => ({
  email: `p${n}.q@mail${n % 3}.example.com`,
  phone: [codes[n % 4]![0], `${n % 4 === 0 ? 2 : ""}${20 + n}${String(5_000_017 + n * 7919)}`],
  first: firsts[n % 12]!,
  last: lasts[n % 12]!,
  id: `Cn${n}xKuzHvysMo5N5Vs`,
});

const grouped = (digits: string, separator: string) =>
  digits.replace(/(\d{2})(?=(\d{3})+$)/, `$1${separator}`).replace(/(\d{3})(?=\d{4}$)/, `$1${separator}`);

/** A number as people write it. */
const phoneSpelling = ([code, national]: Person["phone"]) =>
  fc
    .record({ form: fc.constantFrom("+", "00", "plain", "national", "(0)"), separator: fc.constantFrom("", " ", "-", ".", ") ") })
    .map(({ form, separator }) => {
      const body = grouped(national, separator);
      const trunk = codes.find(([one]) => one === code)![1];
      if (form === "+") return `+${code} ${body}`;
      if (form === "00") return `00${code}${separator}${body}`;
      if (form === "(0)" && trunk) return `+${code} (0)${body}`;
      if (form === "national") return `${trunk}${body}`;
      return `${code}${body}`;
    });

const cased = (text: string) => fc.constantFrom(text, text.toUpperCase(), text.toLowerCase(), ` ${text} `);
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "");
const nameSpelling = ({ first, last }: Person) =>
  fc.constantFrom(
    `${first} ${last}`,
    `${last} ${first}`,
    `${last}, ${first}`,
    `${plain(first)} ${plain(last)}`,
    `${first} ${[...last].slice(0, 3).join("")}`,
  );

/** A key of this person, in some spelling. */
const spelling = (person: Person) =>
  fc.oneof(
    cased(person.email),
    phoneSpelling(person.phone),
    nameSpelling(person),
    fc.constant(person.id),
    fc.constant(person.id.slice(0, 8)),
  );

/** The person in some payload: names of members, nesting, order, company of others. */
const payloadOf = (person: Person) =>
  fc
    .record({
      phone: phoneSpelling(person.phone),
      email: cased(person.email),
      names: fc.constantFrom<[string, string]>(
        ["first_name", "last_name"],
        ["firstName", "lastName"],
        ["firstname", "surname"],
        ["given_name", "family_name"],
      ),
      emailName: fc.constantFrom("email", "e-mail", "emailAddress", "Email_Address", "customerEmail"),
      phoneName: fc.constantFrom("phone", "mobile", "phoneNumber", "Telephone", "whatsapp_number"),
      idName: fc.constantFrom("contactId", "contact_id", "customerId"),
      nest: fc.constantFrom("root", "contact", "data.contact", "list", "deep"),
      full: fc.boolean(),
    })
    .map(({ phone, email, names: [first, last], emailName, phoneName, idName, nest, full }) => {
      const name = full ? { fullName: `${person.first} ${person.last}` } : { [first]: person.first, [last]: person.last };
      const body = { note: "7 visits", [emailName]: email, [phoneName]: phone, ...name, [idName]: person.id };
      const other = {
        location: { name: "Ada Clinic", email: "desk@clinic.example.com", id: "loc" },
        owner: { email: "boss@clinic.example.com" },
      };
      if (nest === "contact") return { ...other, contact: body };
      if (nest === "data.contact") return { ...other, data: { kind: "x", contact: body } };
      if (nest === "list") return { ...other, items2: [{ n: 1 }, body] };
      if (nest === "deep") return { a: { b: { c: { d: body } } }, ...other };
      return { ...other, ...body };
    });

/** What a run of this person is known by: all in the event, or only one thing there and the rest by its step. */
const story = fc
  .record({ who: fc.integer({ min: 0, max: 11 }), late: fc.boolean(), sorted: fc.boolean(), key: fc.constantFrom("email", "phone") })
  .chain(({ who, ...rest }) => payloadOf(personOf(who)).map((payload) => ({ who, payload, ...rest })));

it("any spelling of any key finds exactly the runs of that person, whether the event or a step tells it, sorted in or not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(story, { minLength: 3, maxLength: 8 }),
      fc.array(
        fc.integer({ min: 0, max: 11 }).chain((who) => spelling(personOf(who)).map((typed) => ({ who, typed }))),
        { minLength: 6, maxLength: 12 },
      ),
      async (stories, questions) => {
        const db = await openSqlite({ file: ":memory:" });
        try {
          const store = createRunStore(db);
          const made: { who: number; id: string }[] = [];
          for (const [n, { who, payload, late, sorted, key }] of stories.entries()) {
            const person = personOf(who);
            const seen = late ? { [key]: key === "email" ? person.email : `+${person.phone.join("")}` } : payload;
            const one: Acceptance = acceptance(n, { workspaceId: "ws_1" });
            const run = one.runs[0]!;
            run.people = keysOfEvent({ ...one.event, payload: seen });
            await store.commit({ accept: [one], steps: [], runs: [] });
            if (late) {
              const done = step(run.id, "contact", { app: "highlevel", input: seen as never, output: { contact: payload } as never });
              await store.commit({
                accept: [],
                steps: [{ step: done, lease: run.lease }],
                runs: [{ was: run, patch: { people: [...run.people, ...keysOfStep(done, run.people)] } }],
              });
            }
            if (sorted) await store.indexPeople(100);
            made.push({ who, id: run.id });
          }
          for (const { who, typed } of questions) {
            const found = (await store.list("ws_1", { person: personSearch(typed) }, { limit: 50 })).map(({ id }) => id);
            const own = made.filter((one) => one.who === who).map(({ id }) => id);
            expect(found, `'${typed}'`).toEqual(own.toReversed());
          }
        } finally {
          await db.close();
        }
      },
    ),
    { numRuns: trials(40) },
  );
});
