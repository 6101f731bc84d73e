//! A WebSocket in trouble: when it is refused, when it must not be used again, and when it says nothing of the other transport.

use super::sockets::refused;
use super::*;
use crate::event::Closure;

#[test]
fn row_45_a_farewell_that_finds_no_web_socket_is_no_new_beginning() {
    let mut bench = Bench::over_socket(Some(0));
    bench.now += seconds(5);
    bench.break_socket(broken());
    for _ in 0..2 {
        bench.wake();
        bench.break_socket(refused(400));
    }
    bench.input(Input::Disconnect);
    assert_eq!(bench.sockets.len(), 4, "the farewell opens one");
    bench.take_events();
    bench.break_socket(refused(400));
    assert_eq!(bench.take_events(), [Event::Closed(Closure::Disconnected)]);
    assert_eq!(bench.sent, 0);
}
