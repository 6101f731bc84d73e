//! The desk against the server's words: every input is JSON as the wire has it, every expectation is what a face shows
//! or what goes on the wire.

#[cfg(test)]
mod arming;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod edge_cases;
#[cfg(test)]
mod in_call;
mod intents;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod ordinary_calls;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod seat;
mod sight;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod switching;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod words;
#[cfg(test)]
mod written;
