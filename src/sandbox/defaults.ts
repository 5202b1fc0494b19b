/** What a fresh sandbox contains, by the ids others may rely on. */
export const defaultSeed = 1;
/** The app whose API and events are played. */
export const playedApp = "highlevel";

export const companyId = "5DpRiversideAgencyX9";
export const acmeDental = "ve9AcmeDentalQ2m8sT1";
export const brightSmiles = "bR4BrightSmilesK7pW2";

export const users = { owner: "uA1DanaWhitfield4xQ7", desk: "uB2MarcoReyesDesk8kZ", smiles: "uC3InesDuarteHead5vN" } as const;

/** Custom fields of Acme Dental. */
export const customFields = {
  score: "cfNetPromoterScore1a",
  answer: "cfLastSurveyAnswer2b",
  segment: "cfCustomerSegment3cX",
  answeredAt: "cfLastAnswerDate4dYy",
  interests: "cfInterestsChecked5e",
} as const;

export const calendars = {
  checkUps: "calCheckUpsAcmeDent7",
  consultations: "calConsultAcmeDent3q",
  smiles: "calVisitsBrightSmi9",
} as const;
export const calendarGroup = "grpTreatmentsAcme5Lw2";

/** Pipelines and their stages, first to last. */
export const pipelines = {
  acme: { id: "pipNewPatientsAcme6Rt", stages: ["stgEnquiryAcme1", "stgConsultAcme2", "stgPlanSentAcme3", "stgBookedAcme4"] },
  smiles: { id: "pipNewPatientsBrigh2V", stages: ["stgEnquirySmiles1", "stgConsultSmiles3", "stgPlanSentSmiles4", "stgBookedSmiles2"] },
} as const;

/** What Bright Smiles calls by the same names as Acme Dental: an id of the one means nothing in the other. */
export const smilesTwins = {
  users: { owner: "uD4DanaWhitfieldSm2r", desk: "uE5MarcoReyesSmil7qL" },
  customFields: {
    score: "cfNetPromoterSmile1s",
    answer: "cfLastSurveySmiles2t",
    segment: "cfCustomerSegSmile3u",
    answeredAt: "cfLastAnswerSmiles4v",
    interests: "cfInterestsSmiles5wX",
  },
  calendarGroup: "grpTreatmentsSmil3Hc",
  calendars: { checkUps: "calCheckUpsBrightS2m", consultations: "calConsultBrightSm5t" },
  workflows: { recall: "wfRecallBrightSmi6Jd", unhappy: "wfUnhappyBrightSm9Pf" },
  campaigns: { spring: "cmpSpringBrightSm4Wk" },
} as const;

export const workflows = { recall: "wfRecallAcmeDental4Hy", unhappy: "wfUnhappyAcmeDent8Kq", smiles: "wfWelcomeBrightSm1Zt" } as const;
export const campaigns = { spring: "cmpSpringAcmeDental2B", smiles: "cmpWhiteningBright7Nf" } as const;
/** Accounts of the Social Planner, as its statistics name them. */
export const socialProfile = { facebook: "108275518123401", instagram: "17841405793187218" } as const;

/** The marketplace app the sandbox knows from the start, so that the OAuth flow can be walked. Its secret is made per data file. */
export const defaultAppId = "6578278e879ad2646715ba9c";
/** Its conversation provider. Nothing is posted for it: it has no delivery address. */
export const conversationProvider = "61d6d1f9cdac7612faf80753";
export const defaultClientId = `${defaultAppId}-lq3millr`;
