//! `coach`, `listen` and `barge`: arm, tell every change, stay until it ends, and never leave without having cancelled.

use std::time::Duration;

use desk::fault::{Fault, FaultCode};
use desk::order::{CallAct, Command, Order};
use desk::view::{CoachingView, LinkState, Phase, StepKind};
use tokio::time::Instant;

use crate::arguments::Plan;
use crate::conversation::{Conversation, Happened, OFFERED_WITHIN};
use crate::events::{Event, Trouble};
use crate::failure::Failure;
use crate::mirror::Mirror;
use crate::names;

/// How long to wait for the confirmation that coaching has stopped: longer than the desk itself waits, so that its word
/// is heard first.
pub(crate) const STOP_WITHIN: Duration = Duration::from_secs(15);

/// How a coaching of ours ended.
#[derive(Debug, Clone, PartialEq)]
enum End {
    /// Nothing is armed any more, and the server has said so.
    Stopped,
    /// The server refused it.
    Refused(Fault),
    /// The server ended it, or never confirmed it.
    Lost(Fault),
}

/// Where this supervision stands, beside what the desk says.
#[derive(Debug, Default)]
struct Progress {
    /// The desk has shown that it took the order; until then what it shows is from before.
    begun: bool,
    /// Why it is being stopped, as the failure to end with.
    leaving: Option<Failure>,
    /// Stopping has been asked for.
    stop_asked: bool,
    /// The call that was picked up.
    answered: Option<String>,
}

/// Supervises the agent of the plan until it ends.
pub(crate) async fn run(talk: &mut Conversation<'_>, plan: &Plan) -> Result<(), Failure> {
    talk.open().await?;
    talk.wait_for_agents().await?;
    let agent_id = names::find(&plan.agent, talk.agents())?.id.clone();
    talk.look_away_from_agents()?;
    order(talk, plan.order(agent_id)).await?;
    let mut until = plan.timeout.map(|timeout| Instant::now() + timeout);
    let mut progress = Progress::default();
    loop {
        let told_to_stop = match talk.next(until).await? {
            Happened::Changed => None,
            Happened::ToldToStop(by) => Some((by, Failure::Interrupted)),
            Happened::TimeUp => Some(("--timeout", Failure::TimeUp)),
        };
        if let Some((by, why)) = told_to_stop {
            if progress.leaving.is_some() {
                talk.abandon();
                return Err(Failure::StillArmed);
            }
            talk.output().tell_now(Event::Interrupted { by: by.to_owned() });
            progress.leaving = Some(why);
            until = Some(Instant::now() + STOP_WITHIN);
        }
        progress.begun |= has_begun(talk.mirror());
        if let Some(end) = end_of(talk.mirror(), progress.begun) {
            return concluded(end, progress.leaving);
        }
        if progress.leaving.is_some() {
            stop(talk, &mut progress).await;
        } else if plan.detach && is_confirmed(talk.mirror(), progress.begun) {
            talk.detach();
            return Ok(());
        } else if plan.answer {
            answer(talk, &mut progress).await;
        }
    }
}

/// Gives the order. The login of the phone is only accepted when signing in is done, so that a phone which offers
/// nothing yet is given a moment; nothing goes on the wire before it does.
async fn order(talk: &mut Conversation<'_>, order: Order) -> Result<(), Failure> {
    let until = Instant::now() + OFFERED_WITHIN;
    loop {
        let command = Command::Monitor { order: order.clone() };
        let fault = match talk.order(command).await {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        };
        if !matches!(fault.code, FaultCode::NotOffered | FaultCode::PhoneNotRegistered) {
            return Err(Failure::ordering(fault));
        }
        match talk.next(Some(until)).await? {
            Happened::Changed => {}
            Happened::TimeUp => return Err(Failure::ordering(fault)),
            Happened::ToldToStop(_) => return Err(Failure::Interrupted),
        }
    }
}

fn concluded(end: End, leaving: Option<Failure>) -> Result<(), Failure> {
    match (end, leaving) {
        (End::Stopped, None) => Ok(()),
        (End::Stopped, Some(why)) => Err(why),
        (End::Refused(fault), _) => Err(Failure::refused(fault)),
        (End::Lost(fault), _) => Err(Failure::lost(fault)),
    }
}

/// Asks to stop once, as soon as the desk can: while a former target is being replaced it cannot.
async fn stop(talk: &mut Conversation<'_>, progress: &mut Progress) {
    let possible = !progress.begun
        || talk
            .mirror()
            .coaching
            .as_ref()
            .is_some_and(|coaching| coaching.can_stop);
    if possible && !progress.stop_asked {
        // A refusal means that there is nothing to stop yet, or no link to stop it over: the next change tries again.
        progress.stop_asked = talk.order(Command::Stop).await.is_ok();
    }
}

/// Picks up the supervised call that rings, once, where the server offers it.
async fn answer(talk: &mut Conversation<'_>, progress: &mut Progress) {
    let Some(call_id) = call_to_answer(talk.mirror()).filter(|id| progress.answered.as_ref() != Some(id))
    else {
        return;
    };
    // After a loss the call may be known before the link is live again: then it is picked up as soon as it is.
    if talk.mirror().link_state() != LinkState::Live {
        return;
    }
    progress.answered = Some(call_id.clone());
    talk.output().tell_now(Event::Answering {
        call_id: call_id.clone(),
    });
    let command = Command::Call {
        call_id,
        act: CallAct::Answer,
        reason: None,
    };
    if let Err(fault) = talk.order(command).await {
        let trouble = Trouble::from(&fault);
        talk.output().tell_now(Event::Problem { trouble });
    }
}

/// The supervised call that rings and that the server lets us pick up. An outside phone is picked up by hand.
fn call_to_answer(mirror: &Mirror) -> Option<String> {
    let coaching = mirror
        .coaching
        .as_ref()
        .filter(|coaching| coaching.phase == Phase::Offered)?;
    let id = coaching.call_id.as_deref()?;
    let call = mirror.calls.iter().find(|call| call.id == id)?;
    let offered = call.acts.iter().any(|button| button.act == CallAct::Answer);
    offered.then(|| call.id.clone())
}

fn has_step(coaching: &CoachingView, kind: StepKind) -> bool {
    coaching.steps.iter().any(|step| step.kind == kind)
}

/// Whether the desk shows that somebody asked: then the coaching it shows is the one of this command.
fn has_begun(mirror: &Mirror) -> bool {
    mirror.coaching.as_ref().is_some_and(|coaching| {
        matches!(coaching.phase, Phase::Requested | Phase::Stopping)
            || has_step(coaching, StepKind::Asked)
            || has_step(coaching, StepKind::StopAsked)
    })
}

/// Whether the server has confirmed what this command asked for.
fn is_confirmed(mirror: &Mirror, begun: bool) -> bool {
    begun && matches!(mirror.phase(), Phase::Armed | Phase::Offered | Phase::Live)
}

/// How it ended, if it did.
fn end_of(mirror: &Mirror, begun: bool) -> Option<End> {
    let coaching = mirror.coaching.as_ref().filter(|_| begun)?;
    let fault = |code: FaultCode, words: &str| {
        coaching
            .problem
            .clone()
            .unwrap_or_else(|| Fault::new(code, words))
    };
    match coaching.phase {
        Phase::Idle => Some(End::Stopped),
        Phase::Refused => Some(End::Refused(fault(FaultCode::Refused, "The server refused."))),
        Phase::Lost => Some(End::Lost(fault(FaultCode::Dropped, "The server has ended it."))),
        Phase::Requested | Phase::Armed | Phase::Offered | Phase::Live | Phase::Stopping => None,
    }
}

#[cfg(test)]
mod tests {
    use desk::audience::Audience;
    use desk::moment::Moment;
    use desk::view::{CallActView, CallView, StepView};

    use super::*;

    fn mirror(phase: Phase, steps: &[StepKind]) -> Mirror {
        let step = |kind: &StepKind| StepView {
            kind: *kind,
            at: Moment(1),
            act: None,
            took_ms: None,
        };
        let coaching = CoachingView {
            phase,
            since: Moment(1),
            audience: Audience::Nobody,
            agent_id: None,
            agent_name: None,
            act: None,
            mode: None,
            scope: None,
            call_id: Some("C1".to_owned()),
            live_since: None,
            confirmed: None,
            steps: steps.iter().map(step).collect(),
            problem: None,
            again: None,
            can_stop: true,
            out_of_sight: false,
        };
        Mirror {
            coaching: Some(coaching),
            ..Mirror::default()
        }
    }

    #[test]
    fn an_idle_desk_from_before_the_order_is_no_end() {
        let idle = mirror(Phase::Idle, &[]);
        assert!(!has_begun(&idle));
        assert_eq!(end_of(&idle, false), None);
        assert_eq!(end_of(&idle, true), Some(End::Stopped));
    }

    #[test]
    fn what_was_armed_before_the_order_is_not_what_was_ordered() {
        let adopted = mirror(Phase::Armed, &[StepKind::Armed]);
        assert!(!has_begun(&adopted));
        assert!(!is_confirmed(&adopted, has_begun(&adopted)));
        let ours = mirror(Phase::Armed, &[StepKind::Asked, StepKind::Armed]);
        assert!(is_confirmed(&ours, has_begun(&ours)));
        // While the former target is being cancelled nothing is confirmed.
        let replacing = mirror(Phase::Stopping, &[StepKind::Armed, StepKind::StopAsked]);
        assert!(!is_confirmed(&replacing, has_begun(&replacing)));
    }

    #[test]
    fn each_end_has_its_own_exit() {
        use crate::exit::Exit;
        let exit = |end: End, leaving| {
            concluded(end, leaving).map_or_else(|failure| failure.exit(), |()| Exit::Done)
        };
        let fault = || Fault::new(FaultCode::AgentHeld, "Held.");
        assert_eq!(exit(End::Stopped, None), Exit::Done);
        assert_eq!(exit(End::Stopped, Some(Failure::Interrupted)), Exit::Interrupted);
        assert_eq!(exit(End::Stopped, Some(Failure::TimeUp)), Exit::TimeUp);
        assert_eq!(exit(End::Refused(fault()), None), Exit::Failed);
        assert_eq!(exit(End::Lost(fault()), None), Exit::NotConfirmed);
        assert_eq!(
            exit(End::Lost(fault()), Some(Failure::Interrupted)),
            Exit::NotConfirmed
        );
    }

    #[test]
    fn only_a_ringing_supervised_call_that_offers_it_is_answered() {
        let call = |acts: &[CallAct]| CallView {
            id: "C1".to_owned(),
            state: "Ringing".to_owned(),
            direction: None,
            participants: Vec::new(),
            since: Moment(1),
            supervised: true,
            act: None,
            agent_muted: false,
            acts: acts
                .iter()
                .map(|act| CallActView {
                    act: *act,
                    one_way: false,
                })
                .collect(),
        };
        let ringing = |acts: &[CallAct]| Mirror {
            calls: vec![call(acts)],
            ..mirror(Phase::Offered, &[StepKind::Asked])
        };
        assert_eq!(
            call_to_answer(&ringing(&[CallAct::Answer])).as_deref(),
            Some("C1")
        );
        assert_eq!(call_to_answer(&ringing(&[CallAct::Hangup])), None);
        let live = Mirror {
            calls: vec![call(&[CallAct::Answer])],
            ..mirror(Phase::Live, &[StepKind::Asked])
        };
        assert_eq!(call_to_answer(&live), None);
    }
}
