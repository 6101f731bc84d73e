//! Written sessions: SMS sessions and chats.

mod armed;
mod board;
mod joining;
mod journey;
mod leaving;
mod readers;
mod recovery;
mod running;
mod seat;
mod sending;
mod transcript;
