//! The crate against its contract: the documents the product was asked for, payloads as real servers send them, and
//! servers in every bad mood.

#[cfg(test)]
mod digital;
#[cfg(test)]
mod digital_hostile;
#[cfg(test)]
mod digital_operations;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod notifications;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod sms_seed;
