//! Which subscriptions exist and which messages they catch.

/// Whether a subscription, wildcards included, catches messages of a channel.
pub(super) fn catches(subscription: &str, channel: &str) -> bool {
    if let Some(root) = subscription.strip_suffix("/**") {
        return channel
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('/'));
    }
    if let Some(parent) = subscription.strip_suffix("/*") {
        let rest = channel
            .strip_prefix(parent)
            .and_then(|rest| rest.strip_prefix('/'));
        return rest.is_some_and(|segment| !segment.is_empty() && !segment.contains('/'));
    }
    subscription == channel
}

/// Whether this may be subscribed to at all. `/v2/users` is for supervisors.
pub(super) fn is_open(subscription: &str, supervisor: bool) -> bool {
    subscription.starts_with('/')
        && !subscription.starts_with("/meta/")
        && (supervisor || !subscription.starts_with("/v2/users"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_catches_one_segment_and_two_stars_any_number() {
        for (subscription, channel, expected) in [
            ("/v2/me/calls", "/v2/me/calls", true),
            ("/v2/me/calls", "/v2/me/devices", false),
            ("/v2/me/*", "/v2/me/calls", true),
            ("/v2/*", "/v2/me/calls", false),
            ("/v2/**", "/v2/me/calls", true),
            ("/**", "/notifications/services", true),
            ("/*", "/notifications/services", false),
            ("/v2/me/*", "/v2/me", false),
            ("/v2/me/*", "/v2/melon/calls", false),
        ] {
            assert_eq!(
                catches(subscription, channel),
                expected,
                "{subscription} {channel}"
            );
        }
    }

    #[test]
    fn meta_channels_and_other_peoples_news_are_closed() {
        assert!(!is_open("/meta/connect", true));
        assert!(!is_open("/v2/users", false));
        assert!(is_open("/v2/users", true));
        assert!(!is_open("v2/me", true));
    }
}
