//! What a supervisor had asked of calls and written sessions, whether a call may go on at the phone, and how each server spells
//! the SMS channel: kept on disk, so that after a restart the difference between what was wanted and what is can be shown, and
//! nobody is told that nobody hears them who is in a call.

use std::collections::BTreeMap;

use desk::fault::Fault;
use desk::input::{Intent, Intents, WrittenIntent};
use desk::order::Order;
use gws::digital::SmsSpelling;
use serde::{Deserialize, Serialize};

use crate::keeping::{KeepPlace, KeptFile, Owner};

const FILE: &str = "intents.json";
/// Of so many users and servers something is kept; the one not heard of longest goes first.
const OWNERS: usize = 50;

/// The ledger on disk.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: KeptFile,
    kept: Kept,
    notice: Option<Fault>,
    trouble: Option<Fault>,
    /// Something is not on disk yet.
    changed: bool,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    /// By the base address of the server.
    spellings: BTreeMap<String, SmsSpelling>,
    /// The last written last.
    asked: Vec<Asked>,
    /// At whose phones a call went on, or could begin, when Sotto saw them last. Files of before do not say.
    #[serde(default)]
    phones: Vec<Owner>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Asked {
    #[serde(flatten)]
    owner: Owner,
    /// In calls. Files of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voice: Option<Intent<Order>>,
    /// In written sessions.
    intents: Vec<WrittenIntent>,
}

impl Ledger {
    pub(crate) fn open(place: &KeepPlace) -> Ledger {
        let mut file = KeptFile::new(place, FILE);
        let (kept, notice) = file.read();
        Ledger {
            file,
            kept,
            notice,
            trouble: None,
            changed: false,
        }
    }

    /// What to say about the file as it was found.
    pub(crate) fn notice(&self) -> Option<&Fault> {
        self.notice.as_ref()
    }

    /// Why the last change is not on disk.
    pub(crate) fn trouble(&self) -> Option<&Fault> {
        self.trouble.as_ref()
    }

    pub(crate) fn intents(&self, owner: &Owner) -> Intents {
        let found = self.kept.asked.iter().find(|asked| asked.owner == *owner);
        let intents = found.map(|asked| Intents {
            voice: asked.voice.clone(),
            written: asked.intents.clone(),
        });
        intents.unwrap_or_default()
    }

    /// Takes over what was kept under this user and server before profiles were told apart. What this profile has
    /// already stands.
    pub(crate) async fn take_over(&mut self, owner: &Owner) {
        let former = |asked: &mut Asked| asked.owner.is_former(owner);
        let former: Vec<Asked> = self.kept.asked.extract_if(.., former).collect();
        if former.is_empty() {
            return;
        }
        let mut intents = self.intents(owner);
        for asked in former {
            intents.voice = intents.voice.or(asked.voice);
            for intent in asked.intents {
                let (agent_id, medium) = (&intent.order.agent_id, intent.order.medium);
                let mut known = intents.written.iter().map(|known| &known.order);
                if !known.any(|known| known.agent_id == *agent_id && known.medium == medium) {
                    intents.written.push(intent);
                }
            }
        }
        self.put(owner, intents).await;
    }

    /// Keeps these intents in place of the ones before. When this is done they are durable, or there is trouble.
    pub(crate) async fn keep_intents(&mut self, owner: &Owner, intents: Intents) {
        if self.intents(owner) == intents && self.trouble.is_none() && !self.changed {
            return;
        }
        self.put(owner, intents).await;
    }

    async fn put(&mut self, owner: &Owner, intents: Intents) {
        self.kept.asked.retain(|asked| asked.owner != *owner);
        if !intents.is_empty() {
            let owner = owner.clone();
            self.kept.asked.push(Asked {
                owner,
                voice: intents.voice,
                intents: intents.written,
            });
        }
        let too_many = self.kept.asked.len().saturating_sub(OWNERS);
        self.kept.asked.drain(..too_many);
        self.write().await;
    }

    /// Whether a call may have gone on at the phone of this user when it was last seen.
    pub(crate) fn on_the_phone(&self, owner: &Owner) -> bool {
        self.kept.phones.contains(owner)
    }

    /// The same for any other user, or another server.
    pub(crate) fn on_another_phone(&self, owner: Option<&Owner>) -> bool {
        self.kept.phones.iter().any(|phone| owner != Some(phone))
    }

    /// Whether a call goes on at the phone of this user, or may begin, and whether one may at any other, to be written along
    /// with the next change.
    pub(crate) fn phones_are(&mut self, owner: Option<&Owner>, on_the_phone: bool, elsewhere: bool) {
        let before = self.kept.phones.clone();
        self.kept.phones.retain(|phone| {
            if owner == Some(phone) {
                on_the_phone
            } else {
                elsewhere
            }
        });
        if let Some(owner) = owner
            && on_the_phone
            && !self.on_the_phone(owner)
        {
            self.kept.phones.push(owner.clone());
        }
        let too_many = self.kept.phones.len().saturating_sub(OWNERS);
        self.kept.phones.drain(..too_many);
        self.changed |= self.kept.phones != before;
    }

    /// Writes what has changed and is not on disk yet.
    pub(crate) async fn write_changes(&mut self) {
        if self.changed {
            self.write().await;
        }
    }

    /// How this server spelt the SMS channel when it last answered.
    pub(crate) fn spelling(&self, server: &str) -> Option<SmsSpelling> {
        self.kept.spellings.get(server).copied()
    }

    pub(crate) async fn keep_spelling(&mut self, server: &str, spelling: SmsSpelling) {
        if self.spelling(server) == Some(spelling) && self.trouble.is_none() {
            return;
        }
        self.kept.spellings.insert(server.to_owned(), spelling);
        while self.kept.spellings.len() > OWNERS {
            self.kept.spellings.pop_first();
        }
        self.write().await;
    }

    /// Writes what the disk has refused, in case there is room by now.
    pub(crate) async fn try_again(&mut self) {
        if self.trouble.is_some() {
            self.write().await;
        }
    }

    async fn write(&mut self) {
        self.changed = false;
        self.trouble = self.file.write_beside(self.kept.clone()).await.err();
    }
}

#[cfg(test)]
mod tests {
    use desk::input::Standing;
    use desk::moment::Moment;
    use desk::order::{Act, Medium, Mode, WrittenOrder};

    use super::*;

    fn owner(user: &str) -> Owner {
        Owner {
            server: "https://gws.example.org/api/v2".to_owned(),
            user: user.to_owned(),
            profile: Some("p1".to_owned()),
        }
    }

    fn intents(agent: &str) -> Intents {
        let voice = Intent {
            order: Order {
                agent_id: agent.to_owned(),
                act: Act::Coach,
                mode: Some(Mode::AllCalls),
                scope: None,
                phone_number: None,
                reason: Some("new here".to_owned()),
            },
            agent_name: "Ana Núñez".to_owned(),
            asked: Moment(1_700_000_000_000),
        };
        let written = WrittenIntent {
            order: WrittenOrder {
                agent_id: agent.to_owned(),
                medium: Medium::Sms,
                act: Act::Coach,
                extent: None,
                nickname: Some("Lead".to_owned()),
                reason: None,
            },
            agent_name: "Ana Núñez".to_owned(),
            asked: Moment(1_700_000_000_000),
            standing: Standing::TakenBack,
        };
        Intents {
            voice: Some(voice),
            written: vec![written],
        }
    }

    #[tokio::test]
    async fn intents_belong_to_one_user_and_are_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut ledger = Ledger::open(&place);
        ledger.keep_intents(&owner("sam"), intents("a1")).await;
        ledger.keep_intents(&owner("eve"), intents("a2")).await;
        ledger
            .keep_spelling("https://gws.example.org/api/v2", SmsSpelling::Smssession)
            .await;
        ledger.keep_intents(&owner("eve"), Intents::default()).await;
        assert_eq!(ledger.trouble(), None);

        let ledger = Ledger::open(&place);
        assert_eq!(ledger.intents(&owner("sam")), intents("a1"));
        assert_eq!(ledger.intents(&owner("eve")), Intents::default());
        let spelling = ledger.spelling("https://gws.example.org/api/v2");
        assert_eq!(spelling, Some(SmsSpelling::Smssession));
        assert_eq!(ledger.spelling("https://other.example.org/api/v2"), None);
    }

    #[tokio::test]
    async fn that_a_call_may_go_on_is_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut ledger = Ledger::open(&place);
        let (sam, eve) = (owner("sam"), owner("eve"));
        assert!(!ledger.on_another_phone(None));
        ledger.phones_are(Some(&sam), true, false);
        ledger.keep_intents(&sam, intents("a1")).await;
        let mut ledger = Ledger::open(&place);
        assert!(ledger.on_the_phone(&sam) && ledger.on_another_phone(None));
        assert!(!ledger.on_the_phone(&eve) && ledger.on_another_phone(Some(&eve)));
        ledger.phones_are(Some(&eve), true, true);
        ledger.phones_are(Some(&eve), false, true);
        assert!(
            ledger.on_the_phone(&sam),
            "what eve's phone says is not about sam's"
        );
        ledger.phones_are(Some(&sam), false, true);
        ledger.write_changes().await;
        assert!(!Ledger::open(&place).on_another_phone(None));
    }

    #[tokio::test]
    async fn whoever_is_off_the_phone_is_off_all_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let mut ledger = Ledger::open(&place);
        ledger.phones_are(Some(&owner("sam")), true, false);
        ledger.phones_are(None, false, false);
        ledger.write_changes().await;
        assert!(!Ledger::open(&place).on_another_phone(None));
    }

    #[tokio::test]
    async fn what_the_disk_refuses_is_trouble_until_it_takes_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("inner");
        let mut ledger = Ledger::open(&KeepPlace::Folder(inner.clone()));
        ledger.keep_intents(&owner("sam"), intents("a1")).await;
        assert!(ledger.trouble().is_some(), "the folder does not exist");
        assert_eq!(
            ledger.intents(&owner("sam")),
            intents("a1"),
            "it is remembered all the same"
        );
        ledger.try_again().await;
        assert!(ledger.trouble().is_some(), "there is still no room");
        std::fs::create_dir(&inner).expect("made");
        ledger.try_again().await;
        assert_eq!(ledger.trouble(), None);
        let again = Ledger::open(&KeepPlace::Folder(inner));
        assert_eq!(again.intents(&owner("sam")), intents("a1"));
    }

    #[tokio::test]
    async fn a_file_of_before_voice_was_kept_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = r#"{ "version": 1, "document": { "spellings": {}, "asked": [{
            "server": "https://gws.example.org/api/v2", "user": "sam",
            "intents": [{ "order": { "agentId": "a1", "medium": "Sms", "act": "Coach" }, "agentName": "Ana", "asked": 7 }]
        }] } }"#;
        std::fs::write(folder.path().join(FILE), before).expect("written");
        let mut ledger = Ledger::open(&KeepPlace::Folder(folder.path().to_owned()));
        assert_eq!(ledger.notice(), None);
        ledger.take_over(&owner("sam")).await;
        let found = ledger.intents(&owner("sam"));
        assert_eq!((found.voice, found.written.len()), (None, 1));
        assert_eq!(
            found.written[0].standing,
            Standing::Wanted,
            "whether it holds was not written down"
        );
    }

    #[tokio::test]
    async fn two_profiles_of_one_user_and_server_share_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let one = owner("sam");
        let other = Owner {
            profile: Some("p2".to_owned()),
            ..owner("sam")
        };
        let mut ledger = Ledger::open(&place);
        ledger.keep_intents(&one, intents("a1")).await;
        ledger.keep_intents(&other, intents("a2")).await;
        let ledger = Ledger::open(&place);
        assert_eq!(ledger.intents(&one), intents("a1"));
        assert_eq!(ledger.intents(&other), intents("a2"));
    }

    #[tokio::test]
    async fn what_was_kept_before_goes_to_the_first_profile_that_signs_in_and_is_never_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = KeepPlace::Folder(folder.path().to_owned());
        let (first, before) = (
            owner("sam"),
            Owner {
                profile: None,
                ..owner("sam")
            },
        );
        let second = Owner {
            profile: Some("p2".to_owned()),
            ..owner("sam")
        };
        let stranger = Owner {
            server: "https://other.example.org/api/v2".to_owned(),
            ..owner("sam")
        };
        let newer = Intents {
            voice: None,
            ..intents("a2")
        };
        let mut ledger = Ledger::open(&place);
        ledger.keep_intents(&before, intents("a1")).await;
        ledger.keep_intents(&first, newer.clone()).await;
        for owner in [&stranger, &first, &second] {
            ledger.take_over(owner).await;
        }
        let ledger = Ledger::open(&place);
        let found = ledger.intents(&first);
        assert_eq!(found.voice, intents("a1").voice);
        assert_eq!(found.written, [newer.written, intents("a1").written].concat());
        for owner in [&before, &second, &stranger] {
            assert_eq!(ledger.intents(owner), Intents::default());
        }
    }
}
