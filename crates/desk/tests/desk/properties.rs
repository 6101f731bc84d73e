//! The invariants of the design, against anything that can be asked or said, in any order.

use desk::view::Phase;
use proptest::prelude::*;

use crate::seat::{ANA, monitoring, own_device};
use crate::watch::Watch;
use crate::words::{Event, event, rules};

proptest! {
    #[test]
    fn whatever_happens_the_invariants_hold(events in prop::collection::vec(event(), 1..60)) {
        let mut watch = Watch::new();
        for event in events {
            watch.happens(event);
            watch.check();
        }
    }

    #[test]
    fn what_the_rules_forbid_makes_no_operation(rules in rules(), events in prop::collection::vec(event(), 1..60)) {
        let mut watch = Watch::under(rules);
        for event in events {
            watch.happens(event);
            watch.check();
        }
    }

    #[test]
    fn time_and_a_reading_lead_out_of_every_stage_that_waits(events in prop::collection::vec(event(), 1..40)) {
        let mut watch = Watch::new();
        for event in events {
            watch.happens(event);
        }
        for _ in 0..4 {
            let Some(wake) = watch.wake.filter(|_| matches!(watch.desk.phase(), Phase::Requested | Phase::Stopping)) else {
                break;
            };
            let wait = wake.since(watch.now);
            watch.happens(Event::Wait(wait));
            watch.check();
            // What was not confirmed as stopped is only known once the server was asked.
            if watch.desk.phase() == Phase::Stopping {
                let still = own_device(&monitoring("Coach", "AllCalls", "Call", ANA));
                watch.happens(Event::Own(still, Vec::new()));
                watch.check();
            }
        }
        prop_assert!(!matches!(watch.desk.phase(), Phase::Requested | Phase::Stopping));
    }
}
