// The language of the page: chosen once, kept, and said to the document.

import { type ComponentChildren, createContext } from "preact";
import { useContext, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { directionOf, keepLocale, type Locale, preferredLocale } from "../words/locale";
import { WORDS } from "./words";

interface Speech {
  locale: Locale;
  speak(locale: Locale): void;
}

const SpeechContext = createContext<Speech>({ locale: "en", speak: () => undefined });

export function SpeechProvider({ children }: { children: ComponentChildren }) {
  const [locale, setLocale] = useState(preferredLocale);
  useLayoutEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = directionOf(locale);
  }, [locale]);
  const speech = useMemo(() => ({ locale, speak: (chosen: Locale) => (keepLocale(chosen), setLocale(chosen)) }), [locale]);
  return <SpeechContext.Provider value={speech}>{children}</SpeechContext.Provider>;
}

export const useSpeech = (): Speech => useContext(SpeechContext);

export function useWords() {
  const { locale } = useSpeech();
  return { locale, words: WORDS[locale] };
}
