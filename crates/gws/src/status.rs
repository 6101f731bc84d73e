//! The status that every body carries (`gws/core.md 1.3`).

use std::fmt;

use serde::{Serialize, Serializer};

use crate::reading::{FromWire, Reader};

macro_rules! status_codes {
    ($( $code:literal $variant:ident $meaning:literal; )+) => {
        /// What the server says about a request, beside and above the HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum StatusCode {
            $( #[doc = concat!($code, ": ", $meaning, ".")] $variant, )+
            /// A code that this version of Sotto does not know.
            Other(i64),
        }

        impl StatusCode {
            /// Every code of the documentation, in order.
            pub const ALL: &[Self] = &[$( Self::$variant, )+];

            /// The number on the wire.
            pub fn code(self) -> i64 {
                match self {
                    $( Self::$variant => $code, )+
                    Self::Other(code) => code,
                }
            }

            /// What the number means, in a few words for people.
            pub fn meaning(self) -> &'static str {
                match self {
                    $( Self::$variant => $meaning, )+
                    Self::Other(_) => "unknown status",
                }
            }
        }

        impl From<i64> for StatusCode {
            fn from(code: i64) -> Self {
                match code {
                    $( $code => Self::$variant, )+
                    _ => Self::Other(code),
                }
            }
        }
    };
}

status_codes! {
    0 Success "success";
    1 MissingParameter "a required parameter is missing";
    2 InvalidForState "a parameter is not valid for the current state";
    3 Forbidden "the operation is forbidden";
    4 InternalError "an internal error of the server or of the switch behind it";
    5 NotPermitted "the user lacks the permission";
    6 NotFound "the resource was not found";
    7 PartialSuccess "a part succeeded and a part failed";
    8 PasswordChangeRequired "the password must be changed first";
    9 Incomplete "processing is incomplete";
    10 OutOfRange "a value is outside the valid range";
    11 ReadOnly "a read-only property cannot be changed";
    12 CannotRetrieve "the resource cannot be retrieved";
    13 CannotCreate "the resource cannot be created";
    14 CannotDelete "the resource cannot be deleted";
    15 CannotUpdate "the resource cannot be updated";
    16 CannotAssign "the resource cannot be assigned";
    17 CannotUnassign "the resource cannot be unassigned";
    18 AlreadyExists "the resource already exists";
    19 InUse "the resource is already in use";
    20 NotAuthenticated "not signed in";
}

impl StatusCode {
    /// Whether the request was taken: fully, or in part (`gws/core.md 1.3`).
    pub fn is_success(self) -> bool {
        matches!(self, Self::Success | Self::PartialSuccess)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code(), self.meaning())
    }
}

impl Serialize for StatusCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.code())
    }
}

/// A number, or a number written as text as the supervisor pages print it (`gws/core.md 1.3`).
impl FromWire for StatusCode {
    fn from_wire(reader: &Reader<'_>) -> Option<Self> {
        i64::from_wire(reader).map(Self::from)
    }
}
