/** Countries as people and systems write them. */

/** `USA` and `DEU` by their codes of two letters. */
const threeLetters =
  "AF:AFG AX:ALA AL:ALB DZ:DZA AS:ASM AD:AND AO:AGO AI:AIA AQ:ATA AG:ATG AR:ARG AM:ARM AW:ABW AU:AUS AT:AUT AZ:AZE BS:BHS BH:BHR BD:BGD BB:BRB " +
  "BY:BLR BE:BEL BZ:BLZ BJ:BEN BM:BMU BT:BTN BO:BOL BQ:BES BA:BIH BW:BWA BV:BVT BR:BRA IO:IOT BN:BRN BG:BGR BF:BFA BI:BDI CV:CPV KH:KHM CM:CMR " +
  "CA:CAN KY:CYM CF:CAF TD:TCD CL:CHL CN:CHN CX:CXR CC:CCK CO:COL KM:COM CG:COG CD:COD CK:COK CR:CRI CI:CIV HR:HRV CU:CUB CW:CUW CY:CYP CZ:CZE " +
  "DK:DNK DJ:DJI DM:DMA DO:DOM EC:ECU EG:EGY SV:SLV GQ:GNQ ER:ERI EE:EST SZ:SWZ ET:ETH FK:FLK FO:FRO FJ:FJI FI:FIN FR:FRA GF:GUF PF:PYF TF:ATF " +
  "GA:GAB GM:GMB GE:GEO DE:DEU GH:GHA GI:GIB GR:GRC GL:GRL GD:GRD GP:GLP GU:GUM GT:GTM GG:GGY GN:GIN GW:GNB GY:GUY HT:HTI HM:HMD VA:VAT HN:HND " +
  "HK:HKG HU:HUN IS:ISL IN:IND ID:IDN IR:IRN IQ:IRQ IE:IRL IM:IMN IL:ISR IT:ITA JM:JAM JP:JPN JE:JEY JO:JOR KZ:KAZ KE:KEN KI:KIR KP:PRK KR:KOR " +
  "KW:KWT KG:KGZ LA:LAO LV:LVA LB:LBN LS:LSO LR:LBR LY:LBY LI:LIE LT:LTU LU:LUX MO:MAC MG:MDG MW:MWI MY:MYS MV:MDV ML:MLI MT:MLT MH:MHL MQ:MTQ " +
  "MR:MRT MU:MUS YT:MYT MX:MEX FM:FSM MD:MDA MC:MCO MN:MNG ME:MNE MS:MSR MA:MAR MZ:MOZ MM:MMR NA:NAM NR:NRU NP:NPL NL:NLD NC:NCL NZ:NZL NI:NIC " +
  "NE:NER NG:NGA NU:NIU NF:NFK MK:MKD MP:MNP NO:NOR OM:OMN PK:PAK PW:PLW PS:PSE PA:PAN PG:PNG PY:PRY PE:PER PH:PHL PN:PCN PL:POL PT:PRT PR:PRI " +
  "QA:QAT RE:REU RO:ROU RU:RUS RW:RWA BL:BLM SH:SHN KN:KNA LC:LCA MF:MAF PM:SPM VC:VCT WS:WSM SM:SMR ST:STP SA:SAU SN:SEN RS:SRB SC:SYC SL:SLE " +
  "SG:SGP SX:SXM SK:SVK SI:SVN SB:SLB SO:SOM ZA:ZAF GS:SGS SS:SSD ES:ESP LK:LKA SD:SDN SR:SUR SJ:SJM SE:SWE CH:CHE SY:SYR TW:TWN TJ:TJK TZ:TZA " +
  "TH:THA TL:TLS TG:TGO TK:TKL TO:TON TT:TTO TN:TUN TR:TUR TM:TKM TC:TCA TV:TUV UG:UGA UA:UKR AE:ARE GB:GBR US:USA UM:UMI UY:URY UZ:UZB VU:VUT " +
  "VE:VEN VN:VNM VG:VGB VI:VIR WF:WLF EH:ESH YE:YEM ZM:ZMB ZW:ZWE";

/** Each pair: the code of two letters, and that of three. */
export const countryCodes: readonly (readonly [two: string, three: string])[] = threeLetters
  .split(" ")
  .map((pair) => pair.split(":") as [string, string]);

/** What people say beside the names that dictionaries have. */
const spoken: Record<string, string> = {
  "united states of america": "US",
  "u.s.a.": "US",
  "u.s.": "US",
  america: "US",
  uk: "GB",
  "u.k.": "GB",
  "great britain": "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "northern ireland": "GB",
  holland: "NL",
  "the netherlands": "NL",
  "czech republic": "CZ",
  "south korea": "KR",
  "republic of korea": "KR",
  uae: "AE",
  "ivory coast": "CI",
  turkey: "TR",
  swaziland: "SZ",
  macedonia: "MK",
  burma: "MM",
};

const languages = ["en", "de", "fr", "es", "it", "pt", "nl"];
let byName: ReadonlyMap<string, string> | undefined;

/** Made when the first name comes: most senders write codes. */
function names(): ReadonlyMap<string, string> {
  if (byName) return byName;
  const codes = new Map<string, string>();
  for (const language of languages) {
    const titles = new Intl.DisplayNames([language], { type: "region" });
    for (const [two] of countryCodes) codes.set(plain(titles.of(two) ?? two), two);
  }
  for (const [two, three] of countryCodes) codes.set(three.toLowerCase(), two);
  for (const [name, two] of Object.entries(spoken)) codes.set(plain(name), two);
  byName = codes;
  return codes;
}

const plain = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(/[’‘]/g, "'")
    .replace(/&/g, "and")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();

/** No country is called by a longer one. */
const longestName = 200;

/** The two-letter code of a country, by name or code; the text itself if no country is called so. */
export function countryCode(text: string): string {
  if (/^[A-Z]{2}$/.test(text) && text !== "UK") return text;
  if (text.length > longestName) return text;
  const folded = plain(text);
  return (
    names().get(folded) ?? (folded.length === 2 && countryCodes.some(([two]) => two === folded.toUpperCase()) ? folded.toUpperCase() : text)
  );
}
