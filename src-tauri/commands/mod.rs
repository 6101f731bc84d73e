//! What the interface can call: decode, ask the console, encode. Each domain is an inlined plugin, so that Tauri
//! checks every call against the permissions of the window (`src-tauri/build.rs`, `src-tauri/capabilities`).

pub(crate) mod canned;
pub(crate) mod desk;
pub(crate) mod drafts;
pub(crate) mod frame;
pub(crate) mod journal;
pub(crate) mod profiles;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod support;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    include!("names.rs");

    /// The one command that is not in the contract: each face has its own way to carry the messages.
    const BY_CHANNEL: (&str, &str) = ("desk", "subscribe");

    #[test]
    fn the_plugins_offer_exactly_the_contract() {
        let offered: BTreeSet<_> = PLUGINS
            .iter()
            .flat_map(|(plugin, names)| names.iter().map(move |name| (*plugin, *name)))
            .collect();
        let mut promised: BTreeSet<_> = console::contract::COMMANDS
            .iter()
            .map(|(plugin, name, _, _)| (*plugin, *name))
            .collect();
        promised.insert(BY_CHANNEL);
        assert_eq!(offered, promised);
    }
}
