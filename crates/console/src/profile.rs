//! A server a supervisor signs in to: what is kept of it, and the rules its fields obey.
//!
//! The face stores profiles; this module says what is valid, so that every face says the same.

use desk::fault::{Fault, FaultCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use ts_rs::TS;
use url::{Host, Url};

use crate::{pins, proxy};

/// How the SMS channel is spelt on the wire; the official pages disagree (`gws/core.md 5.7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SmsSpelling {
    /// The spelling of the Coach page first, then the other.
    #[default]
    Auto,
    /// `smsession`, as the Coach page prints it.
    Smsession,
    /// `smssession`, as every other page prints it.
    Smssession,
}

/// A server profile. It never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Chosen by Sotto, stable, also the name of the keychain entry.
    pub id: String,
    /// What the supervisor calls it.
    pub name: String,
    /// Base address, such as `https://gws.example.org/api/v2`.
    pub base_url: String,
    /// User name for signing in.
    pub user_name: String,
    /// Place to use; empty for the default place of the user.
    #[serde(default)]
    pub place: String,
    /// Id of the phone to use; empty for the first one of the place.
    #[serde(default)]
    pub device: String,
    /// How the SMS channel is spelt.
    #[serde(default)]
    pub sms_spelling: SmsSpelling,
    /// Whether chats are supervised too. Logging in to a channel that the user does not have can cost the SMS channel on
    /// some servers, so it is asked for only where it is wanted.
    #[serde(default)]
    pub chats: bool,
    /// A file with one more certificate authority (PEM); empty for the trust store of the system alone.
    #[serde(default)]
    pub extra_ca_file: String,
    /// Seconds between two readings of the roster, 1 to 300.
    #[serde(default = "default_poll_seconds")]
    pub poll_seconds: u32,
    /// Whether the password is kept in the keychain.
    #[serde(default)]
    pub remember_password: bool,
    /// The only public keys this server may have, each the SHA-256 of its SPKI in base64, as in `sha256/…`: several, so
    /// that a key can be renewed. Empty for no pins.
    #[serde(default)]
    pub key_pins: Vec<String>,
    /// The proxy to use, such as `http://proxy.example.org:3128`; `direct` for none, empty for the one of the system.
    #[serde(default)]
    pub proxy: String,
    /// The user name for that proxy; empty where it asks for none. Its password is not part of the profile.
    #[serde(default)]
    pub proxy_user: String,
}

impl Default for Profile {
    /// Everything a supervisor need not say; id, address and user name are empty, so it is not valid yet.
    fn default() -> Profile {
        Profile {
            id: String::new(),
            name: String::new(),
            base_url: String::new(),
            user_name: String::new(),
            place: String::new(),
            device: String::new(),
            sms_spelling: SmsSpelling::Auto,
            chats: false,
            extra_ca_file: String::new(),
            poll_seconds: default_poll_seconds(),
            remember_password: false,
            key_pins: Vec::new(),
            proxy: String::new(),
            proxy_user: String::new(),
        }
    }
}

fn default_poll_seconds() -> u32 {
    5
}

/// Where a password goes, as far as a profile says it: server, user, proxy and its user, and whose certificates are trusted
/// on the way. A password is kept for one way and goes no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way(String);

impl Way {
    /// The same for every profile that leads the same way: 64 hexadecimal digits, which tell nothing of it.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// A base address that has been looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckedAddress {
    /// The address as it will be used: with `/api/v2`, without a slash at the end.
    pub base_url: String,
    /// What the supervisor should know before using it, such as "not encrypted".
    pub warning: Option<Fault>,
}

/// Checks a base address: a host, https unless it is this machine (else a warning), `/api/v2` added where no path is given.
pub fn check_address(text: &str) -> Result<CheckedAddress, Fault> {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let mut url = Url::parse(&with_scheme).map_err(|_| bad_address())?;
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() || !url.username().is_empty() {
        return Err(bad_address());
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(if path.is_empty() { "/api/v2" } else { &path });
    let warning = (url.scheme() == "http" && !is_this_machine(&url)).then(insecure_address);
    Ok(CheckedAddress {
        base_url: url.to_string(),
        warning,
    })
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn bad_address() -> Fault {
    Fault::new(FaultCode::BadAddress, "This is not the address of a server.")
        .with_hint("Write it like https://gws.example.org/api/v2, without a user name in it.")
}

fn insecure_address() -> Fault {
    Fault::new(
        FaultCode::InsecureAddress,
        "This address is not encrypted: your password can be read on the way.",
    )
    .with_hint("Use https unless your IT has told you otherwise.")
}

impl Profile {
    /// The profile as it will be kept: trimmed, with a checked address. The fault says which field is wrong.
    pub fn validated(mut self) -> Result<Profile, Fault> {
        for field in [
            &mut self.name,
            &mut self.user_name,
            &mut self.place,
            &mut self.device,
            &mut self.extra_ca_file,
            &mut self.proxy,
            &mut self.proxy_user,
        ] {
            *field = field.trim().to_owned();
        }
        self.base_url = check_address(&self.base_url)?.base_url;
        self.key_pins = pins::tidied(&self.key_pins)?;
        self.check_way()?;
        if self.user_name.is_empty() {
            return Err(Fault::new(FaultCode::BadProfile, "The user name is missing."));
        }
        if self.id.is_empty() || !self.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(Fault::new(FaultCode::BadProfile, "The profile has no valid id."));
        }
        if !(1..=300).contains(&self.poll_seconds) {
            return Err(Fault::new(
                FaultCode::BadProfile,
                "The roster can be read every 1 to 300 seconds.",
            ));
        }
        if self.name.is_empty() {
            self.name = self.host();
        }
        Ok(self)
    }

    /// Where its passwords go. Ask a validated profile: spellings of one address are one there.
    pub fn way(&self) -> Way {
        let mut parts = vec![
            &self.base_url,
            &self.user_name,
            &self.proxy,
            &self.proxy_user,
            &self.extra_ca_file,
        ];
        parts.extend(&self.key_pins);
        let mut digest = Sha256::new();
        for part in parts {
            // With the length before it no two lists of parts read alike.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let hash = digest.finalize();
        let digits: Vec<String> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Way(digits.concat())
    }

    /// Whether its proxy and its pins are any. The fault says which is not.
    pub fn check_way(&self) -> Result<(), Fault> {
        proxy::check(self.proxy.trim())?;
        pins::tidied(&self.key_pins).map(drop)
    }

    /// Whether the server runs on this machine, as the practice floor does.
    pub fn is_on_this_machine(&self) -> bool {
        Url::parse(&self.base_url).is_ok_and(|url| is_this_machine(&url))
    }

    /// The host of the server, to show.
    pub fn host(&self) -> String {
        Url::parse(&self.base_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_else(|| self.base_url.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            id: "a1".into(),
            base_url: "gws.example.org".into(),
            user_name: " sam ".into(),
            ..Profile::default()
        }
    }

    #[test]
    fn an_address_gets_scheme_and_path() {
        let checked = check_address(" gws.example.org/ ").expect("valid");
        assert_eq!(checked.base_url, "https://gws.example.org/api/v2");
        assert_eq!(checked.warning, None);
    }

    #[test]
    fn plain_http_is_fine_on_this_machine_and_a_warning_elsewhere() {
        for local in [
            "http://127.0.0.1:8090/api/v2",
            "http://localhost:8090/api/v2",
            "http://[::1]:8090/api/v2",
        ] {
            assert_eq!(check_address(local).expect("valid").warning, None, "{local}");
        }
        let remote = check_address("http://10.1.2.3:8090/api/v2").expect("valid");
        assert_eq!(
            remote.warning.map(|fault| fault.code),
            Some(FaultCode::InsecureAddress)
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "   ",
            "ftp://host/api",
            "https://",
            "https://user:pass@host/api",
            "not a host",
        ] {
            assert_eq!(
                check_address(bad).map_err(|fault| fault.code),
                Err(FaultCode::BadAddress),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_valid_profile_is_trimmed_and_named_after_its_host() {
        let kept = profile().validated().expect("valid");
        assert_eq!(
            (kept.name.as_str(), kept.user_name.as_str()),
            ("gws.example.org", "sam")
        );
    }

    #[test]
    fn whatever_a_password_would_pass_makes_another_way() {
        type Change = fn(&mut Profile);
        let kept = profile().validated().expect("valid");
        let same = Profile {
            id: "b2".to_owned(),
            name: "Renamed".to_owned(),
            base_url: "HTTPS://GWS.example.org/api/v2/".to_owned(),
            place: "P1".to_owned(),
            poll_seconds: 9,
            remember_password: true,
            ..kept.clone()
        };
        assert_eq!(same.validated().expect("valid").way(), kept.way());
        let changes: [Change; 8] = [
            |profile| profile.base_url = "https://gws.example.com/api/v2".to_owned(),
            |profile| profile.base_url = "http://gws.example.org/api/v2".to_owned(),
            |profile| profile.base_url = "https://gws.example.org:8443/api/v2".to_owned(),
            |profile| profile.user_name = "kim".to_owned(),
            |profile| profile.proxy = "http://proxy.example.org:3128".to_owned(),
            |profile| profile.proxy_user = "sam".to_owned(),
            |profile| profile.extra_ca_file = "/home/sam/ca.pem".to_owned(),
            |profile| {
                profile.key_pins = vec!["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()];
            },
        ];
        let mut ways = vec![kept.way()];
        for change in changes {
            let mut other = kept.clone();
            change(&mut other);
            let way = other.validated().expect("valid").way();
            assert!(!ways.contains(&way), "{ways:?}");
            ways.push(way);
        }
    }

    #[test]
    fn a_profile_without_user_or_with_a_silly_rate_is_refused() {
        let nobody = Profile {
            user_name: " ".into(),
            ..profile()
        };
        let hasty = Profile {
            poll_seconds: 0,
            ..profile()
        };
        assert_eq!(
            nobody.validated().map_err(|fault| fault.code),
            Err(FaultCode::BadProfile)
        );
        assert_eq!(
            hasty.validated().map_err(|fault| fault.code),
            Err(FaultCode::BadProfile)
        );
    }
}
