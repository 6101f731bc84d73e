//! `sms`: written sessions. Arming lives as long as the process that is signed in, so `coach` stays and takes further
//! commands; the other commands look at the sessions this user is in on the server, whoever joined them.
//!
//! * `coach` arms, follows and ends in order; `spoken` is what can be typed to it meanwhile.
//! * `request` is one thing to do in the sessions, with its end waited for; `which` finds the session that is meant.

mod coach;
mod request;
mod spoken;
mod which;

pub(crate) use request::Request;
#[cfg(test)]
pub(crate) use spoken::HELP;
pub(crate) use spoken::NotUnderstood;

use crate::arguments::{Sms, WrittenPlan};
use crate::conversation::Conversation;
use crate::events::Texts;
use crate::failure::Failure;
use crate::follow::Interest;
use crate::input;

/// What to do in written sessions, with everything it needs.
#[derive(Debug)]
pub(crate) enum Errand {
    /// Arm agents and stay.
    Coach(WrittenPlan),
    /// Take back whatever is armed for this user.
    Cancel,
    /// One thing, in sessions that are there already.
    Once(Request),
}

impl From<Sms> for Errand {
    fn from(sms: Sms) -> Errand {
        Errand::Once(match sms {
            Sms::Coach(arming) => return Errand::Coach(arming.plan()),
            Sms::Cancel => return Errand::Cancel,
            Sms::Sessions => Request::Sessions,
            Sms::Whisper(whispering) => Request::Whisper {
                session: whispering.session.session,
                text: whispering.text,
            },
            Sms::Send(sending) => Request::SendToEveryone {
                session: sending.session.session,
                text: sending.text,
            },
            Sms::Switch(switching) => Request::Switch {
                session: switching.session.session,
                act: switching.act,
                reason: switching.reason,
            },
            Sms::Leave(leaving) => Request::Leave {
                session: leaving.session.session,
                knowing: leaving.knowing,
            },
            Sms::Transcript(one) => Request::Transcript { session: one.session },
            Sms::Running(one) => Request::Running {
                agent: one.agent,
                medium: one.medium,
            },
            Sms::Join(joining) => Request::Join {
                agent: joining.agent.agent,
                medium: joining.agent.medium,
                session: joining.session,
                act: joining.act,
                reason: joining.reason,
            },
            Sms::Accept(accepting) => Request::Accept {
                session: accepting.session.session,
                reason: accepting.reason,
            },
        })
    }
}

impl Errand {
    /// The same with the text from standard input, where `-` stands for it.
    pub(crate) fn with_text(self) -> Result<Errand, Failure> {
        Ok(match self {
            Errand::Once(Request::Whisper { session, text }) => Errand::Once(Request::Whisper {
                session,
                text: input::text(text)?,
            }),
            Errand::Once(Request::SendToEveryone { session, text }) => {
                Errand::Once(Request::SendToEveryone {
                    session,
                    text: input::text(text)?,
                })
            }
            other => other,
        })
    }

    /// What is told beside the result.
    pub(crate) fn interest(&self) -> Interest {
        match self {
            Errand::Coach(plan) if plan.texts => Interest::Written(Texts::Told),
            Errand::Coach(_) => Interest::Written(Texts::Hidden),
            Errand::Cancel | Errand::Once(_) => Interest::Result,
        }
    }

    /// Does it.
    pub(crate) async fn run(self, talk: &mut Conversation<'_>) -> Result<(), Failure> {
        match self {
            Errand::Coach(plan) => coach::run(talk, &plan).await,
            Errand::Cancel => {
                talk.open().await?;
                // The server does not say who is armed, and only who armed somebody can name them. Signing out ends it all.
                talk.sign_out_whatever_is_armed().await;
                Ok(())
            }
            Errand::Once(request) => {
                talk.open().await?;
                // Signing out would end what this user armed elsewhere, and nobody can see from here whether there is
                // such a thing.
                talk.stay_signed_in();
                request.carry_out(talk).await
            }
        }
    }
}
