//! Which kept password may go where. This is the one door to the keychain for whoever signs in or looks at a server, and it
//! decides by itself, whatever the page says.
//!
//! A password is kept together with the way it was typed in for (`console::profile::Way`), and read for that way alone. It
//! is not even looked for unless the profile that is kept says that it is remembered and leads there too. So neither a form
//! that was edited, nor a profile from a file, gets a password that was meant for somewhere else. An entry from before ways
//! were kept has none; for such a one the profile as it is kept has to do, which loses the password when it is changed.

use console::profile::{Profile, Way};
use console::secret::Secret;
use desk::fault::Fault;

use crate::keychain;
use crate::shelf::Shelf;

/// Begins an entry that says which way it goes.
const MARK: &str = "sotto-1:";

/// Whose password it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    Server,
    Proxy,
}

impl Whose {
    /// The entry of the keychain. No profile has a dot in its id.
    fn entry(self, profile: &Profile) -> String {
        match self {
            Whose::Server => profile.id.clone(),
            Whose::Proxy => format!("{}.proxy", profile.id),
        }
    }
}

/// What becomes of the entry once the sign-in has worked.
#[derive(Debug)]
pub(crate) enum Then {
    /// This password is kept.
    Keep(Secret),
    /// The entry stays as it is.
    Leave,
    /// No password was used, so none is kept.
    Forget,
}

/// The password to sign in with, if there is one.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) password: Option<Secret>,
    pub(crate) then: Then,
}

/// A password as it was found.
struct Found {
    password: Secret,
    /// Whether it says which way it goes.
    is_marked: bool,
}

/// The password that was typed in, else the one that is kept for this very way.
pub(crate) async fn choose(
    whose: Whose,
    profile: &Profile,
    typed: Option<Secret>,
    shelf: &Shelf,
) -> Result<Chosen, Fault> {
    if let Some(typed) = typed.filter(|typed| !typed.is_empty()) {
        let then = Then::Keep(typed.clone());
        let password = Some(typed);
        return Ok(Chosen { password, then });
    }
    let found = found(whose, profile, shelf).await?;
    let then = match &found {
        Some(found) if found.is_marked => Then::Leave,
        Some(found) => Then::Keep(found.password.clone()),
        None => Then::Forget,
    };
    let password = found.map(|found| found.password);
    Ok(Chosen { password, then })
}

/// The password that is kept for this very way.
pub(crate) async fn kept(whose: Whose, profile: &Profile, shelf: &Shelf) -> Result<Option<Secret>, Fault> {
    Ok(found(whose, profile, shelf).await?.map(|found| found.password))
}

async fn found(whose: Whose, profile: &Profile, shelf: &Shelf) -> Result<Option<Found>, Fault> {
    let kept = shelf.profile(&profile.id).await;
    let leads_there = |kept: Profile| kept.remember_password && kept.way() == profile.way();
    if !profile.remember_password || !kept.is_some_and(leads_there) {
        return Ok(None);
    }
    let entry = keychain::read(&whose.entry(profile)).await?;
    Ok(entry.and_then(|entry| unmarked(&entry, &profile.way())))
}

/// The sign-in has worked: the passwords are kept or forgotten as the profile says, and the shelf knows which.
pub(crate) async fn settle(profile: &Profile, server: Then, proxy: Then, shelf: &Shelf) {
    let remembers = profile.remember_password && shelf.profile(&profile.id).await.is_some();
    let settled = async {
        settle_one(Whose::Server, profile, server, remembers).await?;
        settle_one(Whose::Proxy, profile, proxy, remembers).await
    };
    let noted = match settled.await {
        Ok(()) if remembers => shelf.remembered(profile).await,
        Ok(()) => Ok(()),
        Err(fault) => {
            tracing::warn!(code = ?fault.code, "the keychain could not be used");
            shelf.not_remembered(&profile.id, fault).await
        }
    };
    if let Err(fault) = noted {
        tracing::warn!(code = ?fault.code, "the settings could not be saved");
        shelf.note(fault).await;
    }
}

async fn settle_one(whose: Whose, profile: &Profile, then: Then, remembers: bool) -> Result<(), Fault> {
    let entry = whose.entry(profile);
    match then {
        Then::Keep(password) if remembers => keychain::keep(&entry, marked(&password, &profile.way())).await,
        Then::Leave if remembers => Ok(()),
        // Where there is no keychain there is nothing to forget.
        _ if !keychain::is_there().await => Ok(()),
        _ => keychain::forget(&entry).await,
    }
}

/// Forgets both passwords of a profile that is removed. One may be there although the profile says it is not: a keychain that
/// answers late keeps what it was given.
pub(crate) async fn forget(profile: &Profile) -> Result<(), Fault> {
    if !profile.remember_password && !keychain::is_there().await {
        return Ok(());
    }
    keychain::forget(&Whose::Server.entry(profile)).await?;
    keychain::forget(&Whose::Proxy.entry(profile)).await
}

fn marked(password: &Secret, way: &Way) -> Secret {
    Secret::new(format!("{MARK}{}:{}", way.digits(), password.expose()))
}

/// The password of an entry, unless it is marked for another way.
fn unmarked(entry: &Secret, way: &Way) -> Option<Found> {
    let (password, is_marked) = match entry.expose().strip_prefix(MARK) {
        Some(rest) => (rest.strip_prefix(way.digits())?.strip_prefix(':')?, true),
        None => (entry.expose(), false),
    };
    Some(Found {
        password: Secret::new(password.to_owned()),
        is_marked,
    })
}

#[cfg(test)]
mod tests {
    use console::contract::Preferences;
    use console::policy::Policy;
    use console::settings_file::SettingsDocument;

    use super::*;

    const TYPED: &str = "typed in";

    /// A shelf with a profile whose id no other test has: the keychain is one for all.
    struct Bed {
        shelf: Shelf,
        _folder: tempfile::TempDir,
    }

    impl Bed {
        fn under(policy: &str) -> Bed {
            let folder = tempfile::tempdir().expect("a folder");
            let policy = Policy::parse(policy).expect("a policy");
            Bed {
                shelf: Shelf::without_app(folder.path(), policy),
                _folder: folder,
            }
        }

        /// Signs in as the commands do, with a password that is typed in or with the one that is kept, and gives what
        /// would go to the server and to the proxy.
        async fn sign_in(&self, profile: &Profile, typed: Option<&str>) -> [Option<String>; 2] {
            let profile = self.shelf.save(profile.clone()).await.expect("saved");
            let typed = typed.map(|text| Secret::new(text.to_owned()));
            let choose = |whose, typed| choose(whose, &profile, typed, &self.shelf);
            let server = choose(Whose::Server, typed.clone()).await.expect("a keychain");
            let proxy = choose(Whose::Proxy, typed.filter(|_| !profile.proxy_user.is_empty()));
            let proxy = proxy.await.expect("a keychain");
            let text = |chosen: &Chosen| chosen.password.as_ref().map(|secret| secret.expose().to_owned());
            let sent = [text(&server), text(&proxy)];
            if server.password.is_some() {
                self.shelf.used(profile.clone()).await.expect("saved");
                settle(&profile, server.then, proxy.then, &self.shelf).await;
            }
            sent
        }

        async fn is_remembered(&self, id: &str) -> bool {
            let kept = self.shelf.profile(id).await;
            kept.is_some_and(|kept| kept.remember_password)
        }
    }

    fn profile(id: &str) -> Profile {
        Profile {
            id: id.to_owned(),
            base_url: "https://gws.example.org/api/v2".to_owned(),
            user_name: "sam".to_owned(),
            proxy: "http://proxy.example.org:3128".to_owned(),
            proxy_user: "sam".to_owned(),
            remember_password: true,
            ..Profile::default()
        }
        .validated()
        .expect("valid")
    }

    fn both(text: Option<&str>) -> [Option<String>; 2] {
        [text.map(str::to_owned), text.map(str::to_owned)]
    }

    async fn entry(whose: Whose, id: &str) -> Option<String> {
        let kept = keychain::read(&whose.entry(&profile(id))).await;
        kept.expect("a keychain").map(|secret| secret.expose().to_owned())
    }

    /// What a Sotto before this one kept: the password alone.
    async fn kept_before(bed: &Bed, id: &str) {
        for whose in [Whose::Server, Whose::Proxy] {
            let password = Secret::new("kept before".to_owned());
            keychain::keep(&whose.entry(&profile(id)), password)
                .await
                .expect("kept");
        }
        bed.shelf.save(profile(id)).await.expect("saved");
        bed.shelf.remembered(&profile(id)).await.expect("saved");
    }

    /// Profiles with the id of a kept one that lead another way.
    fn other_ways(id: &str) -> [Profile; 5] {
        let changed = |change: fn(&mut Profile)| {
            let mut other = profile(id);
            change(&mut other);
            other
        };
        [
            changed(|profile| profile.base_url = "https://evil.example.org/api/v2".to_owned()),
            changed(|profile| profile.base_url = "http://gws.example.org/api/v2".to_owned()),
            changed(|profile| profile.user_name = "kim".to_owned()),
            changed(|profile| profile.proxy = "http://proxy.evil.example.org:3128".to_owned()),
            changed(|profile| profile.extra_ca_file = "/tmp/evil.pem".to_owned()),
        ]
    }

    #[tokio::test]
    async fn what_was_typed_in_is_kept_for_its_way_and_goes_no_other() {
        for (index, other) in other_ways("mine").into_iter().enumerate() {
            let id = format!("typed-{index}");
            let bed = Bed::under("{}");
            assert_eq!(bed.sign_in(&profile(&id), Some(TYPED)).await, both(Some(TYPED)));
            assert_eq!(bed.sign_in(&profile(&id), None).await, both(Some(TYPED)));
            let other = Profile {
                id: id.clone(),
                ..other
            };
            assert_eq!(bed.sign_in(&other, None).await, both(None), "{other:?}");
            // Even where the shelf were talked into it, the keychain knows better.
            bed.shelf.remembered(&other).await.expect("saved");
            assert!(bed.is_remembered(&id).await);
            assert_eq!(bed.sign_in(&other, None).await, both(None), "{other:?}");
        }
    }

    #[tokio::test]
    async fn what_an_older_sotto_kept_goes_where_its_profile_led_and_is_marked_from_then_on() {
        for (index, other) in other_ways("mine").into_iter().enumerate() {
            let id = format!("older-{index}");
            let bed = Bed::under("{}");
            kept_before(&bed, &id).await;
            let other = Profile {
                id: id.clone(),
                ..other
            };
            assert_eq!(bed.sign_in(&other, None).await, both(None), "{other:?}");
            assert_eq!(
                bed.sign_in(&profile(&id), None).await,
                both(None),
                "the profile was changed in between"
            );
        }
        let bed = Bed::under("{}");
        kept_before(&bed, "older").await;
        assert_eq!(
            bed.sign_in(&profile("older"), None).await,
            both(Some("kept before"))
        );
        for whose in [Whose::Server, Whose::Proxy] {
            let entry = entry(whose, "older").await.expect("kept");
            assert!(
                entry.starts_with(MARK) && entry.ends_with(":kept before"),
                "{entry}"
            );
        }
    }

    #[tokio::test]
    async fn a_proxy_password_of_before_does_not_pass_to_a_new_proxy_with_the_server_s() {
        let bed = Bed::under("{}");
        kept_before(&bed, "moved").await;
        let moved = Profile {
            proxy: "http://proxy.example.com:3128".to_owned(),
            ..profile("moved")
        };
        let moved = bed.shelf.save(moved).await.expect("saved");
        let server = Then::Keep(Secret::new(TYPED.to_owned()));
        settle(&moved, server, Then::Forget, &bed.shelf).await;
        assert_eq!(
            bed.sign_in(&moved, None).await,
            [Some(TYPED.to_owned()), None],
            "only the server's was typed in"
        );
    }

    #[tokio::test]
    async fn a_file_that_names_a_kept_server_gets_no_password_to_its_proxy() {
        let bed = Bed::under("{}");
        assert_eq!(
            bed.sign_in(&profile("victim"), Some(TYPED)).await,
            both(Some(TYPED))
        );
        for (proxy, proxy_user) in [
            ("http://proxy.evil.example.org:3128", "sam"),
            ("http://proxy.example.org:3128", "mallory"),
        ] {
            let mut theirs = SettingsDocument::default();
            theirs.keep(Profile {
                proxy: proxy.to_owned(),
                proxy_user: proxy_user.to_owned(),
                ..profile("theirs")
            });
            let file = theirs.export().expect("written");
            let imported = bed.shelf.import(&file).await.expect("imported");
            assert_eq!(
                (imported.replaced, imported.preferences),
                (1, Preferences::default())
            );
            let taken = bed.shelf.profile("victim").await.expect("kept");
            assert_eq!(taken.proxy, proxy);
            // Ticked again, and the server's password typed in as asked: the proxy's is not looked for.
            let ticked = Profile {
                remember_password: true,
                ..taken
            };
            assert_eq!(bed.sign_in(&ticked, None).await, both(None));
            let proxy = kept(Whose::Proxy, &ticked, &bed.shelf).await;
            assert!(proxy.expect("a keychain").is_none());
        }
    }

    #[tokio::test]
    async fn nothing_is_read_unless_the_profile_remembers_and_what_is_left_is_forgotten() {
        let bed = Bed::under("{}");
        bed.sign_in(&profile("unticked"), Some(TYPED)).await;
        let unticked = Profile {
            remember_password: false,
            ..profile("unticked")
        };
        for whose in [Whose::Server, Whose::Proxy] {
            let kept = kept(whose, &unticked, &bed.shelf).await;
            assert!(kept.expect("a keychain").is_none(), "{whose:?}");
        }
        bed.sign_in(&unticked, Some(TYPED)).await;
        assert_eq!(entry(Whose::Server, "unticked").await, None);
        assert_eq!(entry(Whose::Proxy, "unticked").await, None);

        let draft = Profile {
            id: "draft".to_owned(),
            ..profile("draft")
        };
        keychain::keep("draft", Secret::new("anybody's".to_owned()))
            .await
            .expect("kept");
        let kept = kept(Whose::Server, &draft, &bed.shelf).await;
        assert!(kept.expect("a keychain").is_none(), "no such profile is kept");
    }

    #[tokio::test]
    async fn where_the_organisation_wants_no_keychain_nothing_is_read_and_what_was_kept_goes() {
        let before = Bed::under("{}");
        before.sign_in(&profile("managed"), Some(TYPED)).await;
        let bed = Bed::under(r#"{ "keychain": false }"#);
        assert_eq!(bed.sign_in(&profile("managed"), None).await, both(None));
        bed.sign_in(&profile("managed"), Some(TYPED)).await;
        assert_eq!(entry(Whose::Server, "managed").await, None);
    }

    #[tokio::test]
    async fn a_removed_profile_leaves_no_password_even_where_it_did_not_know_of_one() {
        let bed = Bed::under("{}");
        bed.sign_in(&profile("removed"), Some(TYPED)).await;
        let unaware = Profile {
            remember_password: false,
            ..profile("removed")
        };
        forget(&unaware).await.expect("forgotten");
        assert_eq!(entry(Whose::Server, "removed").await, None);
        assert_eq!(entry(Whose::Proxy, "removed").await, None);
    }
}
