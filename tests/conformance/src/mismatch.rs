//! What a scenario found to be otherwise than it should be.

use std::time::Duration;

use thiserror::Error;

/// Why a scenario failed.
#[derive(Debug, Error)]
pub enum Mismatch {
    /// Something that should have happened did not.
    #[error("{what} did not come within {within:?}; came: {came}")]
    NeverCame {
        /// What was waited for.
        what: String,
        /// For how long.
        within: Duration,
        /// The last events that came instead.
        came: String,
    },
    /// Something is not what it should be.
    #[error("{what}: expected {expected}, found {found}")]
    Differs {
        /// What was looked at.
        what: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The stage itself is broken.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// A fault of the machinery, not of the client.
#[derive(Debug, Error)]
pub enum Trouble {
    /// The operating system said no.
    #[error("{what}: {cause}")]
    System {
        /// What was tried.
        what: String,
        /// What it said.
        cause: std::io::Error,
    },
    /// A server or a client that is a process of its own did not do its part.
    #[error("{who}: {what}")]
    Process {
        /// The process.
        who: String,
        /// What it did or did not do.
        what: String,
    },
    /// The control door did not answer.
    #[error("the control door: {0}")]
    Door(#[from] reqwest::Error),
    /// Something that must be JSON is not.
    #[error("not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
    /// The client refused to do something because its session is over.
    #[error("the client: {0}")]
    Client(#[from] bayeux::SubscribeError),
    /// Not an address.
    #[error(transparent)]
    Address(#[from] url::ParseError),
}

impl Trouble {
    /// Names what was tried.
    pub fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |cause| Self::System { what, cause }
    }
}

impl From<bayeux::SubscribeError> for Mismatch {
    fn from(error: bayeux::SubscribeError) -> Self {
        Trouble::from(error).into()
    }
}

/// Asks for two values to be the same.
#[expect(
    clippy::needless_pass_by_value,
    reason = "most of what is compared is made for the comparison"
)]
pub fn expect_equal<T: PartialEq + std::fmt::Debug>(
    what: impl Into<String>,
    expected: T,
    found: T,
) -> Result<(), Mismatch> {
    if expected == found {
        return Ok(());
    }
    Err(Mismatch::Differs {
        what: what.into(),
        expected: format!("{expected:?}"),
        found: format!("{found:?}"),
    })
}

/// Asks for something to be so.
pub fn expect_that(
    what: impl Into<String>,
    is_so: bool,
    found: impl std::fmt::Debug,
) -> Result<(), Mismatch> {
    if is_so {
        return Ok(());
    }
    Err(Mismatch::Differs {
        what: what.into(),
        expected: "to be so".to_owned(),
        found: format!("{found:?}"),
    })
}
