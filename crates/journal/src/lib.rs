//! What happened, durable: an append-only, hash-chained journal in SQLite
