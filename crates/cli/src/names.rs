//! Which agent a name on the command line means: one, or a list of candidates to choose from; never a guess.

use desk::view::AgentRow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::events::Candidate;
use crate::failure::Failure;

/// At most so many candidates are listed.
const CANDIDATES: usize = 8;

/// Finds the agent by exact id, exact name, or words that are all in the name of one agent only.
pub(crate) fn find<'a>(asked: &str, rows: &'a [AgentRow]) -> Result<&'a AgentRow, Failure> {
    let asked = asked.trim();
    if let Some(row) = rows.iter().find(|row| row.id == asked) {
        return Ok(row);
    }
    let wanted = fold(asked);
    let exact: Vec<&AgentRow> = rows.iter().filter(|row| fold(&row.name) == wanted).collect();
    let partly = || {
        let fits = |row: &&AgentRow| {
            let name = fold(&row.name);
            !wanted.is_empty() && wanted.split_whitespace().all(|word| name.contains(word))
        };
        rows.iter().filter(fits).collect()
    };
    let found = if exact.is_empty() { partly() } else { exact };
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::AgentNotFound {
            asked: asked.to_owned(),
            candidates: alike(&wanted, rows),
        }),
        several => Err(Failure::AgentAmbiguous {
            asked: asked.to_owned(),
            candidates: several
                .iter()
                .take(CANDIDATES)
                .map(|row| candidate(row))
                .collect(),
        }),
    }
}

/// The names most like the one that was given: the best any word of theirs does.
fn alike(wanted: &str, rows: &[AgentRow]) -> Vec<Candidate> {
    let likeness = |row: &AgentRow| {
        let name = fold(&row.name);
        let words = name
            .split_whitespace()
            .map(|word| strsim::jaro_winkler(wanted, word));
        words.fold(strsim::jaro_winkler(wanted, &name), f64::max)
    };
    let mut likely: Vec<(f64, &AgentRow)> = rows.iter().map(|row| (likeness(row), row)).collect();
    likely.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    likely
        .iter()
        .take(CANDIDATES)
        .map(|(_, row)| candidate(row))
        .collect()
}

fn candidate(row: &AgentRow) -> Candidate {
    Candidate {
        agent_id: row.id.clone(),
        agent_name: row.name.clone(),
    }
}

/// Lower case without accents and without doubled spaces.
pub(crate) fn fold(text: &str) -> String {
    let bare: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use desk::moment::Moment;
    use desk::view::{StateKind, StateView};

    use super::*;

    fn row(id: &str, name: &str) -> AgentRow {
        AgentRow {
            id: id.to_owned(),
            name: name.to_owned(),
            state: StateView {
                kind: StateKind::Ready,
                label: "Ready".to_owned(),
                since: Moment(0),
                exact: false,
            },
            group: String::new(),
            number: String::new(),
            why_not: None,
            held_by: None,
            mine: None,
            confirmed: Moment(0),
            stale: false,
        }
    }

    fn floor() -> Vec<AgentRow> {
        vec![
            row("a1", "Ana Núñez"),
            row("a2", "Anabel Ortiz"),
            row("a3", "Ben Ortiz"),
            row("a4", "Ana Núñez García"),
            row("a5", "Ben Ortiz"),
        ]
    }

    fn found(asked: &str) -> String {
        find(asked, &floor()).unwrap().id.clone()
    }

    fn candidates(asked: &str) -> Vec<String> {
        match find(asked, &floor()) {
            Err(Failure::AgentAmbiguous { candidates, .. } | Failure::AgentNotFound { candidates, .. }) => {
                candidates
                    .into_iter()
                    .map(|candidate| candidate.agent_id)
                    .collect()
            }
            other => panic!("not a list of candidates: {other:?}"),
        }
    }

    #[test]
    fn an_id_a_name_and_a_unique_part_find_one() {
        assert_eq!(found("a3"), "a3");
        assert_eq!(found("ana nunez"), "a1");
        assert_eq!(found(" ANA  NÚÑEZ "), "a1");
        assert_eq!(found("anabel"), "a2");
        assert_eq!(found("garcia ana"), "a4");
    }

    #[test]
    fn what_fits_several_lists_them_and_chooses_none() {
        assert_eq!(candidates("ana"), ["a1", "a2", "a4"]);
        assert_eq!(candidates("ben ortiz"), ["a3", "a5"]);
    }

    #[test]
    fn what_fits_nobody_lists_the_likeliest_first() {
        assert_eq!(candidates("Anabell")[0], "a2");
        assert!(matches!(find("", &floor()), Err(Failure::AgentNotFound { .. })));
        assert!(
            matches!(find("zed", &[]), Err(Failure::AgentNotFound { candidates, .. }) if candidates.is_empty())
        );
    }
}
