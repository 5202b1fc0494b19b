import { person, type Person } from "./people.ts";
import { Random } from "./random.ts";
import { defaultSeed } from "./defaults.ts";

/** One survey result as the pretend SightMill posts it. SightMill publishes no key names: these follow the nine fields it accepts. */
export interface SurveyAnswer {
  response_id: string;
  survey: string;
  answered_at: string;
  score: number;
  comment: string;
  tags: string[];
  firstname: string;
  surname: string;
  email: string;
  phone: string;
  segment: string;
  product: string;
  owner: string;
  /** The asking system's own id of this person. */
  id: string;
}

const firstAnswerAt = Date.UTC(2026, 0, 12, 9, 4);
const betweenAnswersMs = 37 * 60_000;

/**
 * `count` realistic answers, the same for the same seed, starting with the `from`th. In each dozen: somebody who answers again,
 * an answer sent twice, an e-mail address that cannot be one, and one without any; the others are promoters, passives and
 * detractors, known contacts and new ones.
 */
export function sampleAnswers(count: number, seed: number = defaultSeed, from = 0): SurveyAnswer[] {
  return Array.from({ length: count }, (_, i) => answer(seed, (from + i) % 12 === 6 ? from + i - 1 : from + i));
}

function answer(seed: number, i: number): SurveyAnswer {
  const random = new Random(seed, i, 2);
  const who = i % 12 === 4 ? i - 3 : i;
  // Every other person is among the contacts a fresh sandbox has; the rest are new to it.
  const n = who % 2 === 0 ? (who / 2) % 20 : 1000 + who;
  const someone = person(seed, n);
  const opinion = random.pick(opinions[mood(i, random)]);
  return {
    response_id: `resp_${seed}_${String(i + 1).padStart(6, "0")}`,
    survey: "After your visit",
    answered_at: new Date(firstAnswerAt + i * betweenAnswersMs).toISOString(),
    score: opinion.score,
    comment: opinion.comment,
    tags: ["nps", opinion.tag],
    firstname: someone.firstName,
    surname: someone.lastName,
    email: emailOf(someone, i),
    phone: someone.phone,
    segment: someone.segment,
    product: random.pick(["Check-up", "Whitening", "Implant", "Orthodontics"]),
    owner: random.pick(["Dana Whitfield", "Marco Reyes"]),
    id: `patient-${n}`,
  };
}

function emailOf({ email, firstName }: Person, i: number): string {
  if (i % 12 === 8) return `${firstName.toLowerCase()}@@example`;
  return i % 12 === 10 ? "" : email;
}

/** About half promoters; the third and sixth of a dozen are unhappy, so that a short sample has somebody to call. */
function mood(i: number, random: Random): keyof typeof opinions {
  if (i % 12 === 2 || i % 12 === 5) return "detractor";
  const roll = random.next();
  return roll < 0.6 ? "promoter" : roll < 0.85 ? "passive" : "detractor";
}

interface Opinion {
  score: number;
  tag: string;
  comment: string;
}
const opinions: Record<"promoter" | "passive" | "detractor", readonly Opinion[]> = {
  promoter: [
    { score: 10, tag: "staff", comment: "Everyone was kind and I was out in half an hour. Best dentist I have been to." },
    { score: 9, tag: "care", comment: "Explained every step before doing it. No pain at all." },
    { score: 10, tag: "staff", comment: "" },
    { score: 9, tag: "booking", comment: "Online booking is so easy. Thank you!" },
    { score: 10, tag: "care", comment: "My daughter now looks forward to the dentist. That says it all." },
  ],
  passive: [
    { score: 8, tag: "waiting", comment: "Good work, but I waited twenty minutes past my appointment." },
    { score: 7, tag: "price", comment: "Fine. A little expensive compared with my last dentist." },
    { score: 8, tag: "booking", comment: "Happy with the result; would like later opening hours." },
    { score: 7, tag: "other", comment: "" },
  ],
  detractor: [
    { score: 2, tag: "waiting", comment: "An hour in the waiting room and nobody told me why." },
    { score: 4, tag: "price", comment: 'The bill was higher than the quote & nobody could explain "materials".' },
    { score: 0, tag: "care", comment: "The filling fell out after two days. Please call me." },
    { score: 6, tag: "booking", comment: "Was double-booked and sent home. Not impressed." },
    { score: 3, tag: "staff", comment: "Receptionist was rude on the phone." },
  ],
};
