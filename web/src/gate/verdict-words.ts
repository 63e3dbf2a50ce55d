// What a result says: one giant word, and a sentence for whoever asks why.

import { clock, dayOf, type Locale, whenShort, type Words } from "../words/locale";
import type { Verdict, Why } from "./verdict";

type Spoken = { readonly [W in Why as `${W}` | `${W}Why`]: string };

const en: Spoken = {
  admitted: "Let in", admittedWhy: "",
  justNow: "Let in", justNowWhy: "Let in just now by this gate: the first answer was lost on its way.",
  used: "Used before", usedWhy: "Somebody has gone in with this ticket. Nobody else does.",
  cancelled: "Cancelled", cancelledWhy: "This ticket was given back. It lets nobody in.",
  expired: "Expired", expiredWhy: "The session of this ticket is over.",
  notValid: "Not valid", notValidWhy: "This ticket lets nobody in just now.",
  wrongSession: "Wrong session", wrongSessionWhy: "A good ticket, but not for here. It was not used.",
  unknown: "Not known", unknownWhy: "There is no such ticket, or a newer code has replaced this one.",
  forged: "Not our ticket", forgedWhy: "This code was not made by this box office.",
  notAllowed: "Not your role", notAllowedWhy: "Nothing was checked: this account may not check tickets. Sign in with a gate account.",
  refused: "No entry", refusedWhy: "The box office refused this ticket.",
  unsent: "Not sent", unsentWhy: "No connection: it is not known whether this ticket is good.",
  busy: "Wait", busyWhy: "The box office is very busy. The ticket is sent again.",
  signedOut: "Signed out", signedOutWhy: "Nothing was checked: sign in again, then send it once more.",
  broken: "Try again", brokenWhy: "Something went wrong at the box office: it is not known whether this ticket is good.",
};

const ar: Spoken = {
  admitted: "يدخل", admittedWhy: "",
  justNow: "يدخل", justNowWhy: "أُدخل للتوّ من هذه البوابة: ضاع الرد الأول في الطريق.",
  used: "مستخدمة", usedWhy: "دخل أحدهم بهذه التذكرة، ولا يدخل بها غيره.",
  cancelled: "ملغاة", cancelledWhy: "أُعيدت هذه التذكرة، ولا تُدخل أحدًا.",
  expired: "منتهية", expiredWhy: "انتهى عرض هذه التذكرة.",
  notValid: "غير صالحة", notValidWhy: "هذه التذكرة لا تُدخل أحدًا الآن.",
  wrongSession: "عرض آخر", wrongSessionWhy: "تذكرة صالحة لكن ليست لهنا. لم تُستخدم.",
  unknown: "غير معروفة", unknownWhy: "لا توجد تذكرة كهذه، أو حلّ رمز أحدث محلّ هذا الرمز.",
  forged: "ليست تذكرتنا", forgedWhy: "لم يصدر هذا الرمز عن شباك التذاكر هذا.",
  notAllowed: "لا صلاحية", notAllowedWhy: "لم يُفحص شيء: هذا الحساب لا يفحص التذاكر. سجّل الدخول بحساب بوابة.",
  refused: "لا يدخل", refusedWhy: "رفض شباك التذاكر هذه التذكرة.",
  unsent: "لم تُرسل", unsentWhy: "لا اتصال: لا يُعرف هل هذه التذكرة صالحة.",
  busy: "انتظر", busyWhy: "شباك التذاكر مزدحم جدًا. ستُرسل التذكرة مرة أخرى.",
  signedOut: "سُجّل الخروج", signedOutWhy: "لم يُفحص شيء: سجّل الدخول مجددًا ثم أرسلها مرة أخرى.",
  broken: "أعد المحاولة", brokenWhy: "حدث خطأ في شباك التذاكر: لا يُعرف هل هذه التذكرة صالحة.",
};

const SPOKEN: Record<Locale, Spoken> = { en, ar };

const more = {
  usedAt: (time: string) => `Used at ${time}`,
  here: "on this device",
  retrying: "Trying again by itself …",
  byHand: "Not tried any more by itself.",
  standing: "No numbered seat",
};

const MORE: Words<typeof more> = {
  en: more,
  ar: {
    usedAt: (time) => `استُخدمت في ${time}`,
    here: "على هذا الجهاز",
    retrying: "تُعاد المحاولة تلقائيًا …",
    byHand: "لن تُعاد المحاولة تلقائيًا.",
    standing: "بلا مقعد مرقّم",
  },
};

export const wordOf = (locale: Locale, why: Why): string => SPOKEN[locale][why];

export const reasonOf = (locale: Locale, why: Why): string => SPOKEN[locale][`${why}Why`];

/** "Used at 19:02:11, on this device"; null where that is not the point. */
export function usedLine(locale: Locale, { why, usedAt, here }: Verdict, timezone: string | undefined): string | null {
  if (!usedAt || why === "admitted") return null;
  const comma = locale === "ar" ? "، " : ", ";
  const zone = timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const today = dayOf(usedAt, zone) === dayOf(new Date().toISOString(), zone);
  const time = today ? clock(locale, usedAt, zone) : whenShort(locale, usedAt, zone);
  return [MORE[locale].usedAt(time), ...(here ? [MORE[locale].here] : [])].join(comma);
}

/** What becomes of a ticket without an answer; null where there was one. */
export function retryLine(locale: Locale, { kind, why }: Verdict, retrying: boolean): string | null {
  if (kind !== "wait" || why === "signedOut") return null;
  return retrying ? MORE[locale].retrying : MORE[locale].byHand;
}

export const placeOf = (locale: Locale, seat: string | null): string => seat ?? MORE[locale].standing;
