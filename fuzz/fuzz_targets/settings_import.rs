//! A file of settings that somebody sends: it is taken whole or refused with nothing changed, no password goes with it, and
//! what is exported afterwards can be imported again.
#![no_main]

use console::contract::Preferences;
use console::profile::Profile;
use console::settings_file::SettingsDocument;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let kept = Profile {
        id: "kept".to_owned(),
        name: "Kept".to_owned(),
        base_url: "https://gws.example.org".to_owned(),
        user_name: "sam".to_owned(),
        remember_password: true,
        ..Profile::default()
    };
    let mut document = SettingsDocument::default();
    document.keep(kept.clone());
    let before = document.clone();
    let usual = Preferences::default();
    if document.import(text, &usual, Ok).is_err() {
        assert_eq!(document, before);
        return;
    }
    for profile in document
        .profiles
        .iter()
        .filter(|profile| profile.remember_password)
    {
        assert_eq!((&profile.id, &profile.base_url), (&kept.id, &kept.base_url));
        assert_eq!(
            (&profile.user_name, &profile.proxy),
            (&kept.user_name, &kept.proxy)
        );
    }
    let Ok(exported) = document.export() else {
        panic!("what was imported cannot be exported")
    };
    let mut elsewhere = SettingsDocument::default();
    assert!(elsewhere.import(&exported, &usual, Ok).is_ok());
});
