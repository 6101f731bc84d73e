//! The servers of a policy, and the profiles that can be used under it: what the organisation decides of a profile holds,
//! whatever the supervisor wrote into it.

use desk::fault::{Fault, FaultCode};
use sha2::{Digest as _, Sha256};

use super::{Policy, Server};
use crate::profile::{Profile, check_address};

/// How the ids of profiles begin that the policy made.
const MANAGED: &str = "managed-";

impl Policy {
    /// The server of the policy with this address.
    pub fn server_at(&self, address: &str) -> Option<&Server> {
        let address = check_address(address).ok()?.base_url;
        self.servers.list.iter().find(|server| server.address == address)
    }

    /// The profile as it is used under this policy. A server that the policy does not allow is a fault.
    pub fn govern(&self, profile: Profile) -> Result<Profile, Fault> {
        let server = self.server_at(&profile.base_url);
        if server.is_none() && self.servers.only {
            return Err(other_server(&profile));
        }
        let mut governed = profile;
        if let Some(spelling) = self.sms_spelling {
            governed.sms_spelling = spelling;
        }
        if let Some(server) = server {
            server.decide(&mut governed);
        }
        if let Some(polling) = self.polling {
            governed.poll_seconds = polling.seconds(governed.poll_seconds);
        }
        governed.remember_password &= !self.keychain_off;
        Ok(governed)
    }

    /// The profiles a supervisor can choose from: those that were kept and are allowed, and the servers of the policy that
    /// are not among them, still without a user.
    pub fn profiles(&self, kept: Vec<Profile>) -> Vec<Profile> {
        let mut profiles: Vec<Profile> = kept
            .into_iter()
            .filter_map(|profile| self.govern(profile).ok())
            .collect();
        for server in &self.servers.list {
            if profiles.iter().all(|profile| profile.base_url != server.address) {
                profiles.extend(self.govern(server.profile()).ok());
            }
        }
        profiles
    }
}

impl Server {
    /// Writes into the profile whatever this server does not leave to the supervisor.
    fn decide(&self, profile: &mut Profile) {
        profile.name.clone_from(&self.name);
        profile.base_url.clone_from(&self.address);
        if let Some(file) = &self.extra_ca_file {
            profile.extra_ca_file.clone_from(file);
        }
        if let Some(spelling) = self.sms_spelling {
            profile.sms_spelling = spelling;
        }
        if let Some(chats) = self.chats {
            profile.chats = chats;
        }
        if let Some(proxy) = &self.proxy {
            profile.proxy.clone_from(proxy);
        }
        if !self.key_pins.is_empty() {
            profile.key_pins.clone_from(&self.key_pins);
        }
    }

    /// A profile for this server; who signs in is not known yet. Its id stays the same as long as the address does.
    fn profile(&self) -> Profile {
        let hash = Sha256::digest(&self.address);
        let digits: Vec<String> = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let digits = digits.concat();
        Profile {
            id: format!("{MANAGED}{digits}"),
            base_url: self.address.clone(),
            ..Profile::default()
        }
    }
}

fn other_server(profile: &Profile) -> Fault {
    let words = format!(
        "Your organisation does not allow signing in to {}.",
        profile.host()
    );
    Fault::new(FaultCode::ManagedByOrganisation, words)
        .with_hint("Choose one of the servers of your organisation.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::SmsSpelling;

    const SERVERS: &str = r#"{
    "servers": { "only": true, "list": [
        { "name": "House", "address": "https://gws.example.org", "extraCaFile": "/etc/house.pem",
          "smsSpelling": "smssession", "chats": true, "proxy": "direct",
          "keyPins": ["sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] },
        { "name": "Lab", "address": "https://lab.example.org/api/v2" }
    ] },
    "sms": { "spelling": "smsession" },
    "polling": { "minimumSeconds": 10 },
    "keychain": false
}"#;

    fn policy(text: &str) -> Policy {
        Policy::parse(text).expect("valid")
    }

    fn profile(address: &str) -> Profile {
        Profile {
            id: "a".to_owned(),
            base_url: address.to_owned(),
            user_name: "sam".to_owned(),
            ..Profile::default()
        }
        .validated()
        .expect("valid")
    }

    #[test]
    fn a_managed_server_decides_its_fields_and_leaves_the_others() {
        let policy = policy(SERVERS);
        let mine = Profile {
            name: "Mine".to_owned(),
            place: "P1".to_owned(),
            extra_ca_file: "/home/sam/mine.pem".to_owned(),
            remember_password: true,
            ..profile("https://GWS.example.org/api/v2/")
        };
        let governed = policy.govern(mine).expect("allowed");
        assert_eq!((governed.name.as_str(), governed.place.as_str()), ("House", "P1"));
        assert_eq!(governed.extra_ca_file, "/etc/house.pem");
        assert_eq!(
            governed.sms_spelling,
            SmsSpelling::Smssession,
            "the server's own word"
        );
        assert!(governed.chats && !governed.remember_password);
        assert_eq!(governed.key_pins.len(), 1);
        assert_eq!(governed.proxy, "direct");
        assert_eq!(governed.poll_seconds, 10);

        let lab = policy.govern(profile("lab.example.org")).expect("allowed");
        assert_eq!(lab.sms_spelling, SmsSpelling::Smsession, "the word for all");
    }

    #[test]
    fn a_server_that_is_not_of_the_organisation_is_refused_where_only_those_may_be_used() {
        let fault = policy(SERVERS)
            .govern(profile("https://elsewhere.example.org"))
            .expect_err("another server");
        assert_eq!(fault.code, FaultCode::ManagedByOrganisation);
        assert!(fault.message.contains("elsewhere.example.org"));
        let open = policy(&SERVERS.replace("\"only\": true", "\"only\": false"));
        assert!(open.govern(profile("https://elsewhere.example.org")).is_ok());
    }

    #[test]
    fn the_list_has_what_was_kept_first_then_the_servers_nobody_has_used() {
        let policy = policy(SERVERS);
        let kept = vec![
            profile("https://elsewhere.example.org"),
            profile("https://lab.example.org"),
        ];
        let listed = policy.profiles(kept);
        let seen: Vec<(&str, &str)> = listed
            .iter()
            .map(|profile| (profile.name.as_str(), profile.user_name.as_str()))
            .collect();
        assert_eq!(seen, [("Lab", "sam"), ("House", "")]);
        let again = policy.profiles(Vec::new());
        assert_eq!(again[0].id, listed[1].id, "the id is stable");
        assert!(again.iter().all(|profile| {
            let user_name = "sam".to_owned();
            Profile {
                user_name,
                ..profile.clone()
            }
            .validated()
            .is_ok()
        }));
    }

    #[test]
    fn polling_is_never_faster_than_the_policy_wants() {
        for (polling, wanted, seconds) in [
            (r#"{ "minimumSeconds": 10 }"#, 5, 10),
            (r#"{ "minimumSeconds": 10 }"#, 60, 60),
            (r#"{ "fixedSeconds": 30 }"#, 5, 30),
            (r#"{ "fixedSeconds": 30 }"#, 60, 30),
        ] {
            let policy = policy(&format!(r#"{{ "polling": {polling} }}"#));
            let mine = Profile {
                poll_seconds: wanted,
                ..profile("h")
            };
            assert_eq!(policy.govern(mine).expect("allowed").poll_seconds, seconds);
        }
    }
}
