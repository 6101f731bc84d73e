//! Where a reason is demanded nothing is done that cannot be written down: a reason nobody can read later is none.

use std::collections::BTreeSet;

use desk::fault::{Fault, FaultCode};
use desk::order::{Act, CallAct, Command, WrittenCommand};

/// What a command would do to somebody.
enum Does {
    /// Nothing that needs a reason: it looks, speaks, or ends something.
    Nothing,
    /// This.
    This(Act),
    /// What was asked for before, or what an invitation says: here nobody knows what.
    Something,
}

/// Whether a reason may be demanded for this command. Where it cannot be told what it does, it counts as demanded.
pub(super) fn may_be_demanded(demanded: &BTreeSet<Act>, command: &Command) -> bool {
    match does(command) {
        Does::Nothing => false,
        Does::This(act) => demanded.contains(&act),
        Does::Something => !demanded.is_empty(),
    }
}

fn does(command: &Command) -> Does {
    match command {
        Command::Monitor { order } => Does::This(order.act),
        Command::Call { act, .. } => match act {
            CallAct::SwitchToBargeIn => Does::This(Act::BargeIn),
            CallAct::SwitchToListenIn => Does::This(Act::ListenIn),
            _ => Does::Nothing,
        },
        Command::Rearm { .. } | Command::RearmAll { .. } => Does::Something,
        Command::Written { command } => match command {
            WrittenCommand::Arm { order } => Does::This(order.act),
            WrittenCommand::JoinNow { act, .. } | WrittenCommand::Switch { act, .. } => Does::This(*act),
            WrittenCommand::Accept { .. } => Does::Something,
            _ => Does::Nothing,
        },
        _ => Does::Nothing,
    }
}

/// What to say where it cannot be written down.
pub(super) fn not_written() -> Fault {
    let message =
        "Your organisation wants a reason for this in the journal, and the journal cannot be written now.";
    Fault::new(FaultCode::JournalUnavailable, message).with_hint(
        "Close any other Sotto on this computer, or do it there, and see that the disk has room. Sotto tries again by itself.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_need_a_reason_is_told_by_what_the_command_does() {
        let demanded = BTreeSet::from([Act::ListenIn]);
        let call = |act| Command::Call {
            call_id: "1".to_owned(),
            act,
            reason: None,
        };
        for (command, expected) in [
            (call(CallAct::SwitchToListenIn), true),
            (call(CallAct::SwitchToBargeIn), false),
            (call(CallAct::Hangup), false),
            (Command::RearmAll { reason: None }, true),
            (Command::Stop, false),
            (
                Command::Written {
                    command: WrittenCommand::Switch {
                        session: "smssessions/1".to_owned(),
                        act: Act::Coach,
                        reason: None,
                    },
                },
                false,
            ),
        ] {
            assert_eq!(may_be_demanded(&demanded, &command), expected, "{command:?}");
            assert!(!may_be_demanded(&BTreeSet::new(), &command), "{command:?}");
        }
    }
}
