//! `-O`: orders to a holder, and how they are sent.

use std::fmt;
use std::io::{self, Write as _};

use super::{DuringLogin, HolderAnswer, Welcome};
use crate::Error;
use crate::client::link::control_socket::{self, NoHolder};
use crate::client::link::frame::Frame;
use crate::client::link::incoming::FrameReader;
use crate::client::link::outgoing::Outgoing;
use crate::forward::{Direction, Forward, Goal, spec};
use crate::options::Request;
use crate::plan::{Plan, Sharing};

/// An order to a holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Exit,
    Stop,
    Forward(Forward),
    Cancel(Forward),
    Info,
}

impl Order {
    /// The number and the text of an order.
    fn words(&self) -> (u32, String) {
        match self {
            Self::Exit => (1, String::new()),
            Self::Stop => (2, String::new()),
            Self::Forward(forward) => (3, ForwardArgument(forward).to_string()),
            Self::Cancel(forward) => (4, ForwardArgument(forward).to_string()),
            Self::Info => (5, String::new()),
        }
    }

    pub(super) fn read(what: u32, text: &str) -> Option<Self> {
        Some(match (what, text) {
            (1, "") => Self::Exit,
            (2, "") => Self::Stop,
            (3, text) => Self::Forward(forward(text)?),
            (4, text) => Self::Cancel(forward(text)?),
            (5, "") => Self::Info,
            _ => return None,
        })
    }
}

/// A forward as an option's argument, with the option's letter.
struct ForwardArgument<'a>(&'a Forward);

impl fmt::Display for ForwardArgument<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Forward { direction, listen, goal } = self.0;
        match (direction, goal) {
            (Direction::Local, Goal::Socks) => write!(formatter, "D{listen}"),
            (Direction::Local, goal) => write!(formatter, "L{listen}:{goal}"),
            (Direction::Remote, Goal::Socks) => write!(formatter, "R{listen}"),
            (Direction::Remote, goal) => write!(formatter, "R{listen}:{goal}"),
        }
    }
}

fn forward(text: &str) -> Option<Forward> {
    let (letter, text) = text.split_at_checked(1)?;
    let (direction, read) = match letter {
        "L" => (Direction::Local, spec::local(text)),
        "D" => (Direction::Local, spec::dynamic(text)),
        "R" => (Direction::Remote, spec::remote(text)),
        _ => return None,
    };
    read.ok().map(|forward| spec::typed(direction, &forward))
}

/// Sends the order to the holder of the plan's connection.
///
/// # Errors
/// When there is no holder, it does not answer, or it could not carry out the order.
pub(crate) async fn control(plan: &Plan, request: Request) -> Result<u8, Error> {
    let sharing = plan.share.as_ref().ok_or_else(|| Error::Usage(NOTHING_SHARED.into()))?;
    let failed = |reason: String| Error::Shared { path: contract::shown(&sharing.path), reason };
    // As with ssh, scripts ask again and again until there is one. On Windows connecting itself
    // waits for the login.
    let during_login = match request {
        Request::Check => DuringLogin::GiveUp,
        _ => DuringLogin::Wait,
    };
    let (stream, process) = reach(sharing, during_login).await.map_err(failed)?;
    if request == Request::Check {
        let line = format!("Master running (pid={process})\n");
        io::stdout().write_all(line.as_bytes()).map_err(Error::Output)?;
        return Ok(0);
    }
    let mut orders = Vec::new();
    let forwards = || plan.forwards.iter().map(|wanted| wanted.forward.clone());
    match request {
        Request::Check => {}
        Request::Exit => orders.push(Order::Exit),
        Request::Stop => orders.push(Order::Stop),
        Request::Info => orders.push(Order::Info),
        Request::Forward => orders.extend(forwards().map(Order::Forward)),
        Request::Cancel => orders.extend(forwards().map(Order::Cancel)),
    }
    if orders.is_empty() {
        return Err(Error::Usage("-O forward and cancel need -L, -R or -D".into()));
    }
    let (mut arrivals, outgoing) = stream;
    let pump = async {
        outgoing.pump().await;
        std::future::pending::<()>().await;
    };
    let talk = async {
        for order in &orders {
            let (what, forward) = order.words();
            outgoing.put(&Frame::Control { what, forward: forward.as_bytes() });
            tell(&mut arrivals).await.map_err(failed)?;
        }
        Ok(0)
    };
    tokio::select! {
        outcome = talk => outcome,
        () = pump => Err(failed("it hung up".into())),
    }
}

const NOTHING_SHARED: &str = "-O needs a shared connection: --share, or ControlPath";

/// Hears how it went, and passes on what was chosen.
async fn tell(arrivals: &mut FrameReader) -> Result<(), String> {
    loop {
        match arrivals.next().await {
            Ok(Some(Frame::Controlled { done: true, said })) => {
                let _ = io::stdout().write_all(said);
                return Ok(());
            }
            Ok(Some(Frame::Controlled { done: false, said })) => {
                return Err(contract::shown(&*String::from_utf8_lossy(said)));
            }
            // It may be gone before it could answer.
            Ok(Some(Frame::Lost { .. })) => {}
            _ => return Err("it hung up".to_owned()),
        }
    }
}

const ENDED: &str = "it has just ended";

async fn reach(
    sharing: &Sharing,
    during_login: DuringLogin,
) -> Result<((FrameReader, Outgoing), u32), String> {
    let reached = match control_socket::connect(&sharing.path).await {
        Ok(reached) => reached,
        Err(NoHolder::Nobody) => return Err("there is none".to_owned()),
        Err(NoHolder::HungUp) => return Err(ENDED.to_owned()),
        Err(NoHolder::Failed(cause)) => return Err(contract::report::cause(&cause)),
    };
    // Whatever its route is: orders go to the holder at the path that a user has named.
    let route_digest = if sharing.makes_folder { sharing.route_digest.as_slice() } else { &[] };
    match super::handshake(reached, route_digest, None, during_login).await {
        HolderAnswer::Welcome(Welcome { stream, arrivals, process, .. }) => {
            Ok(((arrivals, Outgoing::new(stream)), process))
        }
        HolderAnswer::HungUp => Err(ENDED.to_owned()),
        HolderAnswer::Unusable(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_commands_are_read_as_they_were_written() {
        for (text, in_full) in [
            ("L8888:localhost:80", "Llocalhost:8888:localhost:80"),
            ("D1080", "Dlocalhost:1080"),
            ("R0:db:5432", "Rlocalhost:0:db:5432"),
            ("R1080", "Rlocalhost:1080"),
            ("L*:80:[::1]:80", "L*:80:[::1]:80"),
        ] {
            let (forward, in_full) = (forward(text).unwrap(), forward(in_full).unwrap());
            let (what, words) = Order::Forward(forward.clone()).words();
            assert_eq!(Order::read(what, &words), Some(Order::Forward(in_full.clone())), "{text}");
            let (what, words) = Order::Cancel(forward).words();
            assert_eq!(Order::read(what, &words), Some(Order::Cancel(in_full)), "{text}");
        }
        for (what, text) in [(0, ""), (1, "x"), (3, ""), (3, "X1"), (4, "Lx"), (5, "x"), (6, "")] {
            assert_eq!(Order::read(what, text), None, "{what} {text}");
        }
    }
}
