use super::super::sentence;
use super::*;

fn name() -> SessionName {
    SessionName {
        session: "smssessions/S1".to_owned(),
        number: 1,
    }
}

fn line(kind: LineKind, from: &str, text: Option<&str>) -> Event {
    Event::SessionLine {
        name: name(),
        line: TranscriptLine {
            line: 1,
            kind,
            readers: desk::view::LineReaders::Everyone,
            from: from.to_owned(),
            written_ms: 1,
            text: text.map(str::to_owned),
            url: None,
        },
        skipped: false,
    }
}

/// The sentence for a line, without the time, which is that of the place where this runs.
fn said(kind: LineKind, from: &str, text: Option<&str>) -> String {
    let said = sentence(&line(kind, from, text)).unwrap();
    said.replace(&format!(" {}", clock(1)), "")
}

#[test]
fn who_wrote_is_told_apart_in_words() {
    let said = |kind| said(kind, "Pat", Some("hi"));
    assert_eq!(said(LineKind::Customer), "[1] Pat (customer): hi");
    assert_eq!(said(LineKind::Agent), "[1] Pat (agent): hi");
    assert_eq!(
        said(LineKind::Whisper),
        "[1] Pat (whisper, only agents see it): hi"
    );
    assert_eq!(
        said(LineKind::OwnWhisper),
        "[1] You (whisper, only agents see it): hi"
    );
    assert_eq!(said(LineKind::OwnPublic), "[1] You (to everyone): hi");
    assert_eq!(said(LineKind::System), "[1] * hi");
}

#[test]
fn what_is_said_may_stay_hidden() {
    assert_eq!(said(LineKind::Customer, "Pat", None), "[1] Pat (customer) wrote.");
}

#[test]
fn the_day_is_said_only_where_it_is_another() {
    assert_eq!(clock(1).len(), "1970-01-01 00:00:00".len());
    assert_eq!(clock(crate::output::now_ms()).len(), "00:00:00".len());
    assert_eq!(clock(u64::MAX), clock(0), "no time at all");
}

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let hostile =
        "\u{1b}[2J\u{1b}]0;root\u{7}a\r\n[2] You (to everyone): forged\u{202e}dlrow\u{2066}\u{200b}\u{9b}31m";
    assert_eq!(
        said(LineKind::Customer, "P\nat", Some(hostile)),
        "[1] P↵at (customer): <U+001B>[2J<U+001B>]0;root<U+0007>a↵[2] You (to everyone): forged\
         <U+202E>dlrow<U+2066><U+200B><U+009B>31m"
    );
}

#[test]
fn what_people_write_stays_as_they_write_it() {
    let friendly = "Grüße 👩\u{200d}👩\u{200d}👧 می\u{200c}خواهم 你好";
    let said = said(LineKind::Customer, "Pat", Some(friendly));
    assert!(said.ends_with(friendly), "{said}");
}

#[test]
fn armed_says_no_more_than_the_server_did() {
    let arming = Arming {
        agent_id: "a1".to_owned(),
        agent_name: "Ana".to_owned(),
        medium: Medium::Sms,
        act: Act::Coach,
        mode: Some(Extent::NextChat),
        nickname: Some("Lead".to_owned()),
    };
    let said = sentence(&Event::WrittenArmed {
        arming,
        took_ms: Some(1250),
    });
    assert_eq!(
        said.unwrap(),
        "The server has taken it after 1.250 s: you will be in Ana's next SMS session (one only, as \"Lead\")."
    );
}

#[test]
fn who_reads_is_said_even_where_the_act_is_not_known() {
    let said = |act, audience| {
        let standing = Standing {
            act,
            readership: desk::order::Readership::Unknown,
            audience,
        };
        let parties = Parties {
            medium: Medium::Sms,
            agent_id: None,
            agent_name: "Ana".to_owned(),
            armed_agent: None,
            others: Vec::new(),
            customer: "Pat".to_owned(),
        };
        readers(standing, &parties)
    };
    assert_eq!(
        said(Some(Act::Coach), Audience::AgentOnly),
        "You coach: only Ana and other agents in it read you."
    );
    assert_eq!(
        said(None, Audience::Unknown),
        "Who reads you is not certain, take it for everyone."
    );
}
