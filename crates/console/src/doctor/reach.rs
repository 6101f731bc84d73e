//! Judging the way to the server: from the address to the first answer. Pure, so that every cause can be tested.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use desk::fault::{Fault, FaultCode};
use http::header::DATE;
use url::Url;

use super::check::Finding;
use super::network::Obstacle;
use crate::profile::{CheckedAddress, Profile, check_address};
use crate::wire::{CertificateSeen, WireError};

/// A certificate that lasts no longer than this should be renewed now.
const SOON: i64 = 21;
const DAY: i64 = 86_400;
/// Clocks that differ by more are told.
const CLOCKS_AGREE: Duration = Duration::from_mins(1);
/// So many addresses of a host are named.
const NAMED: usize = 8;

/// What came of the first request, which carries no password.
pub(super) struct Knock {
    pub(super) answer: Result<http::Response<Bytes>, WireError>,
    pub(super) certificate: Option<CertificateSeen>,
    /// The time here, half way through.
    pub(super) at: SystemTime,
}

/// The profile as it would be used.
pub(super) fn address(profile: &Profile) -> (Finding, Option<Profile>) {
    let checked = check_address(&profile.base_url).and_then(|address| {
        let profile = profile.clone().validated()?;
        Ok((address, profile))
    });
    match checked {
        Ok((CheckedAddress { base_url, warning }, profile)) => {
            let finding = match &warning {
                Some(warning) => Finding::warning(warning),
                None => Finding::ok(format!("{base_url} is used.")),
            };
            (finding.fact("address", base_url), Some(profile))
        }
        Err(fault) => (Finding::failed(&fault), None),
    }
}

/// Where the connection goes first: to the proxy, or to the server.
pub(super) fn proxy(proxy: Option<&Url>, profile: &Profile) -> Finding {
    match proxy {
        Some(proxy) => Finding::ok(format!("Requests to this address go through {}.", shown(proxy)))
            .fact("proxy", proxy.as_str()),
        None if profile.is_on_this_machine() => {
            Finding::ok("The server is on this computer and is reached without a proxy.")
        }
        None => Finding::ok("No proxy is used for this address."),
    }
}

/// Host and port of an address, for people.
pub(super) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

pub(super) fn dns(
    whose: &str,
    host: &str,
    found: Result<Vec<SocketAddr>, Obstacle>,
) -> (Finding, Option<Vec<SocketAddr>>) {
    let why = match found {
        Ok(addresses) if !addresses.is_empty() => {
            let mut names: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            names.dedup();
            names.truncate(NAMED);
            let finding = Finding::ok(format!("The name of the {whose}, {host}, has an address."));
            return (finding.fact("addresses", names.join(", ")), Some(addresses));
        }
        Ok(_) => "it has no address".to_owned(),
        Err(Obstacle(why)) => why,
    };
    let fault = Fault::new(
        FaultCode::Unreachable,
        format!("The name of the {whose}, {host}, is not known here: {why}."),
    )
    .with_hint("Check how the name is written, and whether you need the VPN of your company.");
    (Finding::failed(&fault), None)
}

pub(super) fn tcp(whose: &str, port: u16, tried: &[(SocketAddr, Result<(), Obstacle>)]) -> Finding {
    if let Some((address, _)) = tried.iter().find(|(_, result)| result.is_ok()) {
        return Finding::ok(format!("Port {port} of the {whose} takes connections."))
            .fact("connected to", address.to_string());
    }
    let why = tried
        .iter()
        .filter_map(|(address, result)| Some(format!("{address}: {}", result.as_ref().err()?)));
    let why: Vec<String> = why.take(NAMED).collect();
    let fault = Fault::new(
        FaultCode::Unreachable,
        format!("Port {port} of the {whose} takes no connection."),
    )
    .with_hint("The server may be down, or a firewall in between: ask your IT, with the facts below.");
    Finding::failed(&fault).fact("tried", why.join("; "))
}

pub(super) fn tls(secured: bool, knock: &Knock) -> Finding {
    if !secured {
        return Finding::skipped("The connection is not encrypted.");
    }
    let finding = match (&knock.answer, &knock.certificate) {
        (Err(WireError::Certificate(fault)), _) => Finding::failed(fault),
        // Whatever went wrong later, the certificate was shown and found good.
        (_, Some(seen)) => lasting(seen, knock.at),
        (Ok(_), None) => Finding::ok("This computer trusts the certificate of the server."),
        (Err(error), None) => {
            let fault = error.fault();
            let words = format!("No encrypted connection can be made. {}", fault.message);
            let hint =
                "Check that the port is the one for https, and that no proxy or firewall breaks encryption.";
            Finding::failed(&Fault::new(fault.code, words).with_hint(hint))
        }
    };
    match &knock.certificate {
        None => finding,
        Some(seen) => finding
            .fact("certificate of", &seen.subject)
            .fact("issued by", &seen.issuer)
            .fact("days left", days_left(seen, knock.at).to_string())
            .fact("certificates in the chain", seen.chain.to_string()),
    }
}

fn lasting(seen: &CertificateSeen, now: SystemTime) -> Finding {
    let days = days_left(seen, now);
    if days > SOON {
        return Finding::ok(format!(
            "This computer trusts the certificate, issued by {}, which lasts {days} more days.",
            seen.issuer
        ));
    }
    let fault = Fault::new(
        FaultCode::CertificateExpired,
        format!(
            "The certificate of the server, issued by {}, runs out in {days} days.",
            seen.issuer
        ),
    )
    .with_hint("Tell the administrator of the server: when it has run out nobody can sign in.");
    Finding::warning(&fault)
}

fn days_left(seen: &CertificateSeen, now: SystemTime) -> i64 {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    seen.not_after.saturating_sub(now).div_euclid(DAY)
}

pub(super) fn clock(knock: &Knock) -> Finding {
    let sent = knock.answer.as_ref().ok().and_then(|answer| {
        let text = answer.headers().get(DATE)?.to_str().ok()?;
        httpdate::parse_http_date(text).ok()
    });
    let Some(server) = sent else {
        return Finding::skipped("The server did not say what time it is there.");
    };
    let (apart, ahead) = match knock.at.duration_since(server) {
        Ok(ahead) => (ahead, true),
        Err(behind) => (behind.duration(), false),
    };
    // The server tells whole seconds.
    let seconds = apart.as_secs();
    let fact = format!("{}{seconds} s", if ahead { "+" } else { "-" });
    let finding = if apart <= CLOCKS_AGREE {
        Finding::ok("The clocks of this computer and of the server agree.")
    } else {
        let how = if ahead { "ahead of" } else { "behind" };
        let fault = Fault::new(
            FaultCode::ClockOff,
            format!(
                "The clock of this computer is {} {how} that of the server.",
                in_words(seconds)
            ),
        )
        .with_hint("Have this computer set its clock by the network.");
        Finding::warning(&fault)
    };
    finding.fact("this computer against the server", fact)
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} seconds"),
        120..=7_199 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3_600),
    }
}

/// A server that answers oddly here may still be a good one: whether it is Genesys shows at signing in.
pub(super) fn version(knock: &Knock) -> Finding {
    let answer = match &knock.answer {
        Ok(answer) => answer,
        Err(error) => return Finding::failed(&error.fault()),
    };
    let status = answer.status();
    let kind = answer.headers().get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let read = gws::reply::decode(status.as_u16(), kind, answer.body()).and_then(|reply| reply.version());
    let finding = match read {
        Ok(version) => {
            return Finding::ok(format!("Genesys Web Services answer, version {version}."))
                .fact("version", version.as_str());
        }
        Err(gws::ReplyError::NotAuthenticated) => Finding::ok(
            "Genesys Web Services answer; they tell their version only to those who are signed in.",
        ),
        Err(error) => {
            let fault = Fault::new(
                FaultCode::NotGenesys,
                format!("The server does not tell its version as Genesys Web Services do: {error}."),
            )
            .with_hint("If signing in fails as well, check the address: it usually ends with /api/v2.");
            Finding::warning(&fault)
        }
    };
    let location = answer.headers().get(http::header::LOCATION);
    finding
        .fact("HTTP status", status.as_u16().to_string())
        .fact_if("content type", kind)
        .fact_if("sent on to", location.and_then(|location| location.to_str().ok()))
}
