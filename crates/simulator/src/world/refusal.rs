//! Why an operation is refused, in the status codes of the contract (`gws/core.md` 1.3).

use std::fmt;

/// A refusal: nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: Status,
    pub(crate) message: String,
}

/// The status codes this floor uses, with the number of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Missing = 1,
    NotNow = 2,
    Forbidden = 3,
    Internal = 4,
    NoPermission = 5,
    NotFound = 6,
    OutOfRange = 10,
    InUse = 19,
    NotAuthenticated = 20,
    /// A back-end server is not connected: the contract's code is 4, its HTTP status 503.
    Unavailable = 104,
}

impl Status {
    /// The status of a number; an internal error when this floor has no such status.
    pub(crate) fn of_code(code: u8) -> Self {
        [
            Self::Missing,
            Self::NotNow,
            Self::Forbidden,
            Self::NoPermission,
            Self::NotFound,
            Self::OutOfRange,
            Self::InUse,
            Self::NotAuthenticated,
        ]
        .into_iter()
        .find(|status| status.code() == code)
        .unwrap_or(Self::Internal)
    }

    /// The number on the wire.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Unavailable => 4,
            other => other as u8,
        }
    }

    /// The HTTP status that goes with it (`gws/core.md` 1.4; partly the floor's choice).
    pub(crate) fn http(self) -> u16 {
        match self {
            Self::Missing | Self::NotNow | Self::OutOfRange => 400,
            Self::Forbidden | Self::NoPermission | Self::NotAuthenticated => 403,
            Self::Internal => 500,
            Self::NotFound => 404,
            Self::InUse => 409,
            Self::Unavailable => 503,
        }
    }
}

impl Refusal {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            Status::Missing,
            format!("Required parameter '{parameter}' is missing"),
        )
    }

    pub(crate) fn not_now(message: impl Into<String>) -> Self {
        Self::new(Status::NotNow, message)
    }

    pub(crate) fn no_permission() -> Self {
        Self::new(
            Status::NoPermission,
            "User does not have permission for this operation",
        )
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Status::NotFound, format!("{what} not found"))
    }

    pub(crate) fn out_of_range(parameter: &str) -> Self {
        Self::new(
            Status::OutOfRange,
            format!("Value of parameter '{parameter}' is not valid"),
        )
    }

    pub(crate) fn not_registered(number: &str) -> Self {
        Self::new(Status::Internal, format!("Device '{number}' is not registered."))
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::new(Status::NotAuthenticated, "Access denied")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (statusCode {})", self.message, self.status.code())
    }
}
