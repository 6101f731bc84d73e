//! Notices of the system: an armed agent got a session while the supervisor looked elsewhere.
//!
//! They may stand on a lock screen, so they never say anything of a customer. A desktop without notices is no fault.

use std::sync::Once;

use console::Console;
use console::contract::Message;
use desk::audience::Audience;
use desk::order::Medium;
use notify_rust::Notification;
use tauri::{AppHandle, Manager as _};

use crate::commands::frame;
use crate::shelf::Shelf;

/// The longest name in a notice, in characters.
const LONGEST_NAME: usize = 80;

/// Tells what the page is told too, where nobody looks at it.
pub(crate) async fn about(app: &AppHandle, message: &Message) {
    let Message::SessionArrived {
        session,
        agent_name,
        medium,
        audience,
        ..
    } = message
    else {
        return;
    };
    if is_in_front(app) || !app.state::<Shelf>().preferences().await.alerts {
        return;
    }
    let (app, session) = (app.clone(), session.clone());
    let mut notice = notice(&title(agent_name, *medium), body(*audience));
    let shown = std::thread::Builder::new()
        .name("notice".to_owned())
        .spawn(move || show(&mut notice, || open(&app, session)));
    if let Err(error) = shown {
        say_once(&error);
    }
}

/// The app ends before it has a window, and there may be no terminal to read it in.
pub(crate) fn cannot_start(why: &str) {
    // Whoever started it in a terminal has read it there already.
    let _ = notice("Sotto does not start", &escaped(why)).show();
}

fn is_in_front(app: &AppHandle) -> bool {
    app.get_webview_window("main")
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

fn open(app: &AppHandle, session: String) {
    frame::show(app);
    if let Err(fault) = app.state::<Console>().show_session(session) {
        tracing::warn!(code = ?fault.code, "a session could not be opened from its notice");
    }
}

fn notice(title: &str, body: &str) -> Notification {
    let mut notice = Notification::new();
    notice.appname("Sotto").summary(title).body(body);
    notice
}

#[cfg(all(unix, not(target_os = "macos")))]
fn show(notice: &mut Notification, clicked: impl FnOnce()) {
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// So many notices wait for a click at a time; some desktops never say that one was closed.
    const MOST_WAITING: usize = 8;
    static WAITING: AtomicUsize = AtomicUsize::new(0);

    notice.action("default", "Open");
    match notice.show() {
        Ok(shown) => {
            if WAITING.fetch_add(1, Ordering::AcqRel) < MOST_WAITING {
                shown.wait_for_action(|action| {
                    if action == "default" {
                        clicked();
                    }
                });
            }
            WAITING.fetch_sub(1, Ordering::AcqRel);
        }
        Err(error) => say_once(&error),
    }
}

/// These systems bring the app to the front by themselves; the session is on the board.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn show(notice: &mut Notification, _clicked: impl FnOnce()) {
    if let Err(error) = notice.show() {
        say_once(&error);
    }
}

fn say_once(error: &dyn std::fmt::Display) {
    static SAID: Once = Once::new();
    SAID.call_once(|| tracing::warn!(%error, "this desktop shows no notices"));
}

fn title(agent_name: &str, medium: Medium) -> String {
    let what = match medium {
        Medium::Sms => "an SMS session",
        Medium::Chat => "a chat",
    };
    format!("{} has {what}", plain(agent_name))
}

fn body(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "You are in it, and nobody sees you.",
        Audience::AgentOnly => "You are in it. Only the agent reads you.",
        Audience::Everyone => "You are in it. Everybody reads you, the customer too.",
        Audience::Unknown => "You are in it. Who reads you is not known: write as if everybody did.",
    }
}

/// A name without what could turn the words around it, and no longer than a name.
fn plain(name: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars()
        .filter(|&c| !c.is_control() && !turns(c))
        .take(LONGEST_NAME)
        .collect()
}

/// Some desktops read the body of a notice as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_names_the_agent_and_who_reads_and_nothing_else() {
        assert_eq!(title("Ana Núñez", Medium::Sms), "Ana Núñez has an SMS session");
        assert_eq!(title("Ana\u{202e}\n", Medium::Chat), "Ana has a chat");
        assert!(title(&"x".repeat(500), Medium::Chat).len() < 100);
        assert!(body(Audience::Unknown).contains("as if everybody"));
    }
}
