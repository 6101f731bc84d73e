//! One round of the doctor: steps one after the other, each told as it ends; what depends on a failed one is skipped.

use std::collections::BTreeMap;
use std::future::Future;

use tokio::time::Instant;

use super::check::{Check, Finding, Outcome, Step};

/// Is told of each step as it ends.
pub type Tell<'a> = &'a mut (dyn FnMut(&Check) + Send);

/// A round under way.
pub(crate) struct Round<'a> {
    checks: Vec<Check>,
    /// Steps that did not work or were not tried, each with the step that is to blame.
    broken: BTreeMap<Step, Step>,
    tell: Tell<'a>,
}

impl<'a> Round<'a> {
    pub(crate) fn new(tell: Tell<'a>) -> Round<'a> {
        Round {
            checks: Vec::new(),
            broken: BTreeMap::new(),
            tell,
        }
    }

    pub(crate) fn into_checks(self) -> Vec<Check> {
        self.checks
    }

    /// Takes one step, unless something it needs is broken. Gives what later steps can use.
    pub(crate) async fn step<T>(
        &mut self,
        step: Step,
        look: impl Future<Output = (Finding, Option<T>)>,
    ) -> Option<T> {
        if let Some(blame) = self.blame(step) {
            self.skip_for(step, blame);
            return None;
        }
        let started = Instant::now();
        let (finding, brought) = look.await;
        let took_ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.end(finding.into_check(step, took_ms));
        brought
    }

    /// Takes a step that waits for nothing.
    pub(crate) fn judge(&mut self, step: Step, look: impl FnOnce() -> Finding) {
        match self.blame(step) {
            Some(blame) => self.skip_for(step, blame),
            None => self.end(look().into_check(step, 0)),
        }
    }

    /// None of the rest is tried, for this reason; what is broken says so itself.
    pub(crate) fn skip_rest(&mut self, why: &str) {
        for step in Step::ALL {
            if !self.checks.iter().any(|check| check.step == step) {
                self.judge(step, || Finding::skipped(why));
            }
        }
    }

    fn blame(&self, step: Step) -> Option<Step> {
        step.needs()
            .iter()
            .find_map(|needed| self.broken.get(needed).copied())
    }

    fn skip_for(&mut self, step: Step, blame: Step) {
        self.broken.insert(step, blame);
        let words = format!("Not tried, because of “{}” above.", blame.title());
        self.end(Finding::skipped(words).into_check(step, 0));
    }

    fn end(&mut self, check: Check) {
        if check.outcome == Outcome::Failed {
            self.broken.insert(check.step, check.step);
        }
        (self.tell)(&check);
        self.checks.push(check);
    }
}

#[cfg(test)]
mod tests {
    use desk::fault::{Fault, FaultCode};

    use super::*;

    #[test]
    fn what_depends_on_a_failed_step_names_the_one_to_blame() {
        let mut told = Vec::new();
        let mut tell = |check: &Check| told.push((check.step, check.outcome, check.found.clone()));
        let mut round = Round::new(&mut tell);
        round.judge(Step::Address, || Finding::ok("fine"));
        round.judge(Step::Proxy, || {
            Finding::warning(&Fault::new(FaultCode::Refused, "odd"))
        });
        round.judge(Step::Dns, || {
            Finding::failed(&Fault::new(FaultCode::Unreachable, "no such host"))
        });
        round.skip_rest("for another reason");
        let steps: Vec<Step> = round.into_checks().iter().map(|check| check.step).collect();
        assert_eq!(steps, Step::ALL);
        assert_eq!(told[2].1, Outcome::Failed, "a warning stops nothing");
        for (step, outcome, words) in &told[3..] {
            assert_eq!(*outcome, Outcome::Skipped, "{step:?}");
            assert!(words.contains("Host name"), "{step:?}: {words}");
        }
    }
}
