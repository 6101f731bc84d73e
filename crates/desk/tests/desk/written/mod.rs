//! Written sessions: SMS sessions and chats.

mod journey;
mod seat;
