//! Written sessions: SMS sessions and chats.

mod armed;
mod board;
mod claims;
mod doubts;
mod drift;
mod edge_cases;
mod happenings;
mod joining;
mod journey;
mod leaving;
mod properties;
mod readers;
mod recovery;
mod running;
mod seat;
mod sending;
mod transcript;
mod world;
