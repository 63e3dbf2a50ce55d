// How the sale of a session stands, in a word.

import { date, whenShort } from "../words/locale";
import type { Sale } from "./sale";
import { useWords } from "./speech";

const KINDS: Record<Sale, string> = { onSale: "good", fewLeft: "warn", soldOut: "bad", notYet: "calm", begun: "calm", over: "calm", cancelled: "bad" };

export function SaleBadge({ sale, session, brief = false }: { sale: Sale; session: { saleOpensAt: string | null; timezone: string }; /** Nothing where it is simply on sale. */ brief?: boolean }) {
  const { locale, words } = useWords();
  if (brief && sale === "onSale") return null;
  const opening = sale === "notYet" && session.saleOpensAt ? (brief ? date : whenShort)(locale, session.saleOpensAt, session.timezone) : "";
  return <span class={`badge ${KINDS[sale]}`}>{sale === "notYet" ? words.opens(opening) : words[sale]}</span>;
}
