// The words of signing in.

import type { Words } from "../words/locale";
import type { SignInOutcome } from "./account";

const en = {
  title: "Sign in",
  email: "E-mail",
  password: "Password",
  enter: "Sign in",
  entering: "Signing in …",
  notNow: "Not now",
  register: "Create an account",
  forgot: "Forgot your password?",
  close: "Close",
  demo: "Demo accounts",
  demoHint: "This is a demonstration: one click signs you in.",
  or: "or with your own account",
  wrong: "E-mail or password is wrong. Please look again.",
  "too-often": "This was tried too often. Wait a minute, then try again.",
  busy: "Too many people are signing in just now. Wait a moment, then try again.",
  unreachable: "The server cannot be reached. Check your connection, then try again.",
};

export const SIGN_IN_WORDS: Words<typeof en> = {
  en,
  ar: {
    title: "تسجيل الدخول",
    email: "البريد الإلكتروني",
    password: "كلمة المرور",
    enter: "دخول",
    entering: "جارٍ تسجيل الدخول …",
    notNow: "ليس الآن",
    register: "إنشاء حساب",
    forgot: "نسيت كلمة المرور؟",
    close: "إغلاق",
    demo: "حسابات تجريبية",
    demoHint: "هذا عرض تجريبي: نقرة واحدة تُدخلك.",
    or: "أو بحسابك الخاص",
    wrong: "البريد الإلكتروني أو كلمة المرور غير صحيحة. تحقّق منهما من فضلك.",
    "too-often": "تكرّرت المحاولة كثيرًا. انتظر دقيقة ثم أعدها.",
    busy: "كثيرون يسجّلون الدخول الآن. انتظر لحظة ثم أعد المحاولة.",
    unreachable: "تعذّر الوصول إلى الخادم. تحقّق من اتصالك ثم أعد المحاولة.",
  },
};

export const trouble = (locale: keyof typeof SIGN_IN_WORDS, outcome: SignInOutcome): string | null =>
  outcome === "signed-in" ? null : SIGN_IN_WORDS[locale][outcome];
