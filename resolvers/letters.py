"""What mails say, in English and Arabic: plain text with places for known values, and no logic."""

from collections.abc import Mapping
from string import Template

from domain.accounts import Language
from domain.mails import MailKind
from domain.organizers import MemberRole

SIGNATURE = {
    Language.EN: "\n\nUsher, $site\nThis mail was sent by itself; nobody reads answers to it.\n",
    Language.AR: "\n\nUsher، $site\nأُرسلت هذه الرسالة تلقائيًا، ولا يقرأ أحد الردود عليها.\n",
}
ENGLISH: Mapping[MailKind, tuple[str, str]] = {
    MailKind.WELCOME: (
        "Confirm your email",
        "Welcome to Usher. Confirm that this address is yours:\n\n$link\n\n"
        "The link is good for three days. If you did not register, ignore this mail: without the link nobody can confirm your "
        "address, and you can take the account over or delete it by asking for a new password at\n$site/forgot",
    ),
    MailKind.VERIFY_EMAIL: (
        "Confirm your email",
        "Confirm that this address is yours:\n\n$link\n\n"
        "The link is good for three days. If you did not ask for it, ignore this mail.",
    ),
    MailKind.REGISTERED_AGAIN: (
        "You already have an account",
        "Somebody, perhaps you, tried to register with this address. You already have an account here; nothing was changed.\n\n"
        "Sign in: $site/\nA new password, if you forgot yours: $site/forgot\n\nIf it was not you, ignore this mail.",
    ),
    MailKind.RESET_PASSWORD: (
        "A new password",
        "Choose a new password here:\n\n$link\n\n"
        "The link works once, within 15 minutes. If you did not ask for it, ignore this mail: your password stays as it is.",
    ),
    MailKind.PASSWORD_CHANGED: (
        "Your password was changed",
        "Your password was changed, and all other devices were signed out.\n\n"
        "If it was not you, ask for a new one at once: $site/forgot",
    ),
    MailKind.CHANGE_EMAIL: (
        "Confirm your new email",
        "Confirm that you want to sign in with this address from now on:\n\n$link\n\n"
        "The link is good for 24 hours. If you did not ask for it, ignore this mail: nothing changes.",
    ),
    MailKind.EMAIL_TAKEN: (
        "This address has an account already",
        "Somebody, perhaps you, wanted to move another account to this address. It has an account of its own already, so nothing "
        "was changed. To move the other one here, delete this one first.\n\nIf it was not you, ignore this mail.",
    ),
    MailKind.EMAIL_CHANGED: (
        "Your email was changed",
        "Your account now has another email; this address does not sign in any more.\n\n"
        "If it was not you, write to the organizer of your tickets, and say when you got this mail.",
    ),
    MailKind.INVITED: (
        "You are invited to join $organizer",
        "$inviter invites you to join $organizer on Usher. Your role: $role.\n\nAccept the invitation here:\n\n$link\n\n"
        "The link works once, until $until, for the account of this address only: sign in with it, or create one, when the page "
        "asks you to. If you do nothing, nothing happens. If you do not know who invites you, ignore this mail.",
    ),
}
ARABIC: Mapping[MailKind, tuple[str, str]] = {
    MailKind.WELCOME: (
        "أكّد بريدك الإلكتروني",
        "أهلًا بك في Usher. أكّد أن هذا العنوان لك:\n\n$link\n\n"
        "الرابط صالح لثلاثة أيام. إن لم تكن أنت من سجّل فتجاهل هذه الرسالة: لا يستطيع أحد تأكيد عنوانك من دون الرابط، "
        "ويمكنك استلام الحساب أو حذفه بطلب كلمة مرور جديدة من\n$site/forgot",
    ),
    MailKind.VERIFY_EMAIL: (
        "أكّد بريدك الإلكتروني",
        "أكّد أن هذا العنوان لك:\n\n$link\n\nالرابط صالح لثلاثة أيام. إن لم تطلبه فتجاهل هذه الرسالة.",
    ),
    MailKind.REGISTERED_AGAIN: (
        "لديك حساب بالفعل",
        "حاول أحدهم، وربما أنت، التسجيل بهذا العنوان. لديك حساب هنا بالفعل، ولم يتغيّر شيء.\n\n"
        "لتسجيل الدخول: $site/\nلكلمة مرور جديدة إن نسيت كلمتك: $site/forgot\n\nإن لم تكن أنت فتجاهل هذه الرسالة.",
    ),
    MailKind.RESET_PASSWORD: (
        "كلمة مرور جديدة",
        "اختر كلمة مرور جديدة من هنا:\n\n$link\n\n"
        "يعمل الرابط مرة واحدة خلال 15 دقيقة. إن لم تطلبه فتجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.",
    ),
    MailKind.PASSWORD_CHANGED: (
        "تغيّرت كلمة مرورك",
        "تغيّرت كلمة مرورك، وسُجّل خروج كل الأجهزة الأخرى.\n\nإن لم تكن أنت فاطلب كلمة جديدة فورًا: $site/forgot",
    ),
    MailKind.CHANGE_EMAIL: (
        "أكّد بريدك الجديد",
        "أكّد أنك تريد تسجيل الدخول بهذا العنوان من الآن:\n\n$link\n\n"
        "الرابط صالح 24 ساعة. إن لم تطلبه فتجاهل هذه الرسالة: لن يتغيّر شيء.",
    ),
    MailKind.EMAIL_TAKEN: (
        "لهذا العنوان حساب بالفعل",
        "أراد أحدهم، وربما أنت، نقل حساب آخر إلى هذا العنوان. له حساب خاص به بالفعل، فلم يتغيّر شيء. "
        "لنقل الحساب الآخر إليه احذف هذا الحساب أولًا.\n\nإن لم تكن أنت فتجاهل هذه الرسالة.",
    ),
    MailKind.EMAIL_CHANGED: (
        "تغيّر بريدك الإلكتروني",
        "صار لحسابك بريد آخر، ولم يعد هذا العنوان يسجّل الدخول.\n\n"
        "إن لم تكن أنت فاكتب إلى منظّم تذاكرك، واذكر متى وصلتك هذه الرسالة.",
    ),
    # What is given keeps its own direction within the sentence.
    MailKind.INVITED: (
        "دعوة للانضمام إلى $organizer",
        "يدعوك \u2068$inviter\u2069 للانضمام إلى \u2068$organizer\u2069 على Usher. دورك: $role.\n\nاقبل الدعوة من هنا:\n\n$link\n\n"
        "يعمل الرابط مرة واحدة، حتى \u2068$until\u2069، ولحساب هذا العنوان فقط: سجّل الدخول به، أو أنشئ حسابًا، حين تطلب الصفحة ذلك. "
        "إن لم تفعل شيئًا فلن يحدث شيء. وإن كنت لا تعرف من يدعوك فتجاهل هذه الرسالة.",
    ),
}
LETTERS = {Language.EN: ENGLISH, Language.AR: ARABIC}
ROLES: Mapping[Language, Mapping[MemberRole, str]] = {
    Language.EN: {
        MemberRole.OWNER: "owner",
        MemberRole.MANAGER: "manager",
        MemberRole.BOX_OFFICE: "box office",
        MemberRole.GATE: "gate",
    },
    Language.AR: {
        MemberRole.OWNER: "مالك",
        MemberRole.MANAGER: "مدير",
        MemberRole.BOX_OFFICE: "شباك التذاكر",
        MemberRole.GATE: "البوابة",
    },
}


def written(kind: MailKind, language: Language, *, site: str, link: str | None, **more: str) -> tuple[str, str]:
    """Subject and text. `more` is of one line each."""
    subject, text = LETTERS[language][kind]
    known = {"site": site, **({"link": link} if link else {}), **more}
    return Template(subject).substitute(known), Template(text + SIGNATURE[language]).substitute(known)
