// The language of the gate: chosen once, kept, and said to the document.

import { createContext } from "preact";
import { useContext, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { directionOf, keepLocale, type Locale, preferredLocale } from "../words/locale";
import { type GateWords, WORDS } from "./words";

export interface Speech {
  readonly locale: Locale;
  readonly words: GateWords;
  speak(locale: Locale): void;
}

export const SpeechContext = createContext<Speech>({ locale: "en", words: WORDS.en, speak: () => undefined });

export const useSpeech = (): Speech => useContext(SpeechContext);

export function useChosenSpeech(): Speech {
  const [locale, setLocale] = useState(preferredLocale);
  useLayoutEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = directionOf(locale);
    document.title = `${WORDS[locale].title} · Usher`;
  }, [locale]);
  return useMemo(() => ({ locale, words: WORDS[locale], speak: (chosen) => (keepLocale(chosen), setLocale(chosen)) }), [locale]);
}
