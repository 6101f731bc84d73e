//! The running console: HTTP session, subscription, desk and journal in one loop; no window.

pub mod contract;
pub mod profile;
pub mod secret;
