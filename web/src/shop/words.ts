// Everything the shop says, put together from its parts.

import { ACCOUNT } from "./words-account";
import { BUYING } from "./words-buying";
import { FINDING } from "./words-finding";
import { FRAME } from "./words-frame";
import { JOINING } from "./words-joining";
import { OWNING } from "./words-owning";

export const WORDS = {
  en: { ...FRAME.en, ...FINDING.en, ...BUYING.en, ...OWNING.en, ...ACCOUNT.en, ...JOINING.en },
  ar: { ...FRAME.ar, ...FINDING.ar, ...BUYING.ar, ...OWNING.ar, ...ACCOUNT.ar, ...JOINING.ar },
};

