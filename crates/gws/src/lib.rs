//! Genesys Web Services API v2 as values: resources, operations, replies, notifications; no I/O
