//! How this server spells the SMS channel: tried, found out, and then known (`gws/digital.md 0.1`).

use gws::digital::{Channel, SmsSpelling};

use crate::order::Medium;

/// The spelling in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    now: SmsSpelling,
    certain: bool,
}

impl Default for Spelling {
    fn default() -> Spelling {
        Spelling {
            now: SmsSpelling::Smsession,
            certain: false,
        }
    }
}

impl Spelling {
    pub(super) fn new(now: SmsSpelling, certain: bool) -> Spelling {
        Spelling { now, certain }
    }

    /// An agent's channel, as it is spelt at this moment.
    pub(super) fn channel(self, medium: Medium) -> Channel {
        match medium {
            Medium::Sms => Channel::Sms(self.now),
            Medium::Chat => Channel::Chat,
        }
    }

    /// The server did not know this channel: what to try instead. `again` says that it was the second try already.
    pub(super) fn instead_of(self, channel: Channel, again: bool) -> Option<Channel> {
        let Channel::Sms(tried) = channel else {
            return None;
        };
        let other = Channel::Sms(tried.other());
        let worth_it = if self.certain { self.now != tried } else { true };
        (worth_it && !again).then_some(other)
    }

    /// The server took it. Gives the spelling, if that is news.
    pub(super) fn worked(&mut self, channel: Channel) -> Option<SmsSpelling> {
        let Channel::Sms(spelling) = channel else {
            return None;
        };
        let news = !self.certain;
        *self = Spelling::new(spelling, true);
        news.then_some(spelling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_spelling_is_tried_once_and_only_while_in_doubt() {
        let mut spelling = Spelling::default();
        let first = spelling.channel(Medium::Sms);
        let second = spelling.instead_of(first, false).unwrap();
        assert_eq!(first, Channel::Sms(SmsSpelling::Smsession));
        assert_eq!(second, Channel::Sms(SmsSpelling::Smssession));
        assert_eq!(spelling.instead_of(second, true), None);
        assert_eq!(spelling.worked(second), Some(SmsSpelling::Smssession));
        assert_eq!(spelling.worked(second), None);
        assert_eq!(spelling.instead_of(second, false), None);
        // Asked before it was known, answered after.
        assert_eq!(spelling.instead_of(first, false), Some(second));
        assert_eq!(spelling.instead_of(Channel::Chat, false), None);
    }
}
