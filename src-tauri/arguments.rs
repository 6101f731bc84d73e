//! What can be said on the command line: the policy to obey, and how the practice floor inside the app is set up.

use std::path::PathBuf;

/// Coach contact-centre agents on Genesys Web Services and always see who hears you.
#[derive(Debug, Clone, clap::Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// Obey this policy file, where the computer has none.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// A link to an agent, `sotto://agent/NAME`: the window comes up and asks whether to show them.
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
    /// Open the practice floor at once.
    #[arg(long)]
    pub(crate) practice: bool,
    /// Number of agents on the practice floor.
    #[arg(long, default_value_t = 24, value_name = "NUMBER")]
    pub(crate) practice_agents: usize,
    /// Seed of everything random on the practice floor.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(crate) practice_seed: u64,
    /// Agents on the practice floor do nothing by themselves.
    #[arg(long)]
    pub(crate) practice_quiet: bool,
    /// Write the address and token of the practice floor's control API to this file, to make things happen on it.
    #[arg(long, value_name = "FILE")]
    pub(crate) practice_control: Option<PathBuf>,
}
