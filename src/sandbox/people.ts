import { Random } from "./random.ts";

/** Somebody made up. The same seed and number give the same person, wherever they are asked for. */
export interface Person {
  firstName: string;
  lastName: string;
  email: string;
  /** E.164, from the numbers kept for fiction. */
  phone: string;
  companyName: string;
  address1: string;
  city: string;
  state: string;
  postalCode: string;
  dateOfBirth: string;
  segment: "New patient" | "Regular" | "Family plan";
}

export function person(seed: number, n: number): Person {
  const random = new Random(seed, n, 1);
  const firstName = firstNames[(n * 7 + seed) % firstNames.length]!;
  const lastName = lastNames[(n * 11 + Math.floor(n / firstNames.length) + seed) % lastNames.length]!;
  const [city, state, postalCode] = random.pick(cities);
  return {
    firstName,
    lastName,
    email: `${ascii(firstName)}.${ascii(lastName)}${n < firstNames.length ? "" : n}@${random.pick(domains)}`,
    phone: fictionalPhone(n),
    companyName: `${random.pick(lastNames)} ${random.pick(trades)}`,
    address1: `${10 + random.int(980)} ${random.pick(streets)}`,
    city,
    state,
    postalCode,
    dateOfBirth: `${1948 + random.int(58)}-${twoDigits(1 + random.int(12))}-${twoDigits(1 + random.int(28))}`,
    segment: random.pick(["New patient", "Regular", "Regular", "Family plan"] as const),
  };
}

/** Numbers 555-0100 to 555-0199 of an area code belong to nobody; 792 area codes make 79,200 of them before one comes again. */
function fictionalPhone(n: number): string {
  const area = areaCodes[Math.floor(n / 100) % areaCodes.length]!;
  return `+1${area}55501${twoDigits(n % 100)}`;
}

/** Letters for an address: accents dropped, the rest left out. */
const ascii = (name: string) =>
  name
    .normalize("NFD")
    .replace(/[^a-zA-Z]/g, "")
    .toLowerCase();
const twoDigits = (n: number) => String(n).padStart(2, "0");

/** 212 first, for the eye; then the codes that may exist: no N11, no middle 9. */
const areaCodes = [
  212,
  ...Array.from({ length: 800 }, (_, i) => 200 + i).filter((code) => code !== 212 && code % 100 !== 11 && Math.floor(code / 10) % 10 !== 9),
];

const firstNames = [
  "Ada",
  "Marcus",
  "Priya",
  "Elena",
  "Tom",
  "Grace",
  "Mateo",
  "Hana",
  "Oliver",
  "Zoë",
  "Samuel",
  "Aisha",
  "Lucas",
  "Ingrid",
  "Dmitri",
  "Nora",
  "Kwame",
  "Sofia",
  "Liam",
  "Yuki",
  "Hannah",
  "José",
  "Maya",
  "Ethan",
  "Fatima",
  "Ruben",
  "Clara",
  "Noah",
  "Leila",
  "Victor",
  "Amara",
  "Felix",
  "Rosa",
  "Henry",
  "Mei",
  "Jonas",
  "Isabel",
  "Omar",
  "Freya",
  "Daniel",
  "Chloe",
  "Arjun",
  "Martha",
  "Theo",
  "Nadia",
  "Simon",
  "Beatriz",
  "Paul",
  "Anya",
  "George",
  "Renée",
  "Hugo",
  "Carmen",
  "Peter",
  "Linh",
  "Walter",
  "Esther",
  "Ivan",
  "Judith",
  "Rafael",
];
const lastNames = [
  "Lovelace",
  "Bennett",
  "Raman",
  "Petrova",
  "Okafor",
  "Whitfield",
  "Alvarez",
  "Tanaka",
  "Hughes",
  "Lindqvist",
  "Carter",
  "Rahman",
  "Moreau",
  "Novak",
  "Sokolov",
  "Kelly",
  "Mensah",
  "Rossi",
  "Murphy",
  "Ito",
  "Fischer",
  "Núñez",
  "Shah",
  "Brooks",
  "Haddad",
  "Janssen",
  "Weber",
  "Clarke",
  "Farahani",
  "Dubois",
  "Eze",
  "Berg",
  "Castillo",
  "Foster",
  "Chen",
  "Larsen",
  "Duarte",
  "Saleh",
  "Nilsson",
  "Cooper",
  "Martin",
  "Patel",
  "Schmidt",
  "Reyes",
  "Ivanova",
  "Turner",
  "Almeida",
  "Walsh",
  "Kowalski",
  "Ellis",
  "Girard",
  "Santos",
  "Vega",
  "Marsh",
  "Nguyen",
  "Stone",
  "Adler",
  "Horvat",
  "Klein",
  "Ortega",
  "Baptiste",
  "Hale",
  "Quinn",
  "Sato",
  "O'Neill",
  "Prescott",
  "Abara",
];
const domains = ["example.com", "example.org", "example.net", "mail.example.com"];
const trades = ["Bakery", "Landscaping", "Design", "Legal", "Motors", "Roofing", "Coffee", "Books", "Plumbing", "Studio"];
const streets = [
  "Maple Street",
  "Harbor Road",
  "Mill Lane",
  "Orchard Avenue",
  "Third Street",
  "Chestnut Hill",
  "Lakeview Drive",
  "Station Road",
];
const cities: readonly (readonly [string, string, string])[] = [
  ["Albany", "NY", "12207"],
  ["Hoboken", "NJ", "07030"],
  ["Stamford", "CT", "06901"],
  ["Yonkers", "NY", "10701"],
  ["Providence", "RI", "02903"],
  ["Scranton", "PA", "18503"],
  ["Burlington", "VT", "05401"],
];
