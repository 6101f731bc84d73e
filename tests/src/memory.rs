//! What a tree of processes really costs: the sum of the proportional set sizes, so that shared pages count once.

use std::fs;

/// The proportional set size of this process and all it started, in kibibytes.
pub fn tree_pss_kib(root: u32) -> u64 {
    let children = children_of_all();
    let mut waiting = vec![root];
    let mut sum = 0;
    while let Some(process) = waiting.pop() {
        sum += pss_kib(process);
        waiting.extend(
            children
                .iter()
                .filter(|(_, parent)| *parent == process)
                .map(|(child, _)| *child),
        );
    }
    sum
}

fn pss_kib(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or(0)
}

/// Every process with its parent.
fn children_of_all() -> Vec<(u32, u32)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
        .filter_map(|process: u32| Some((process, parent_of(process)?)))
        .collect()
}

fn parent_of(process: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold anything; state and parent follow the last bracket.
    text.rsplit(") ").next()?.split_whitespace().nth(1)?.parse().ok()
}
