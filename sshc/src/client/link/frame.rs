//! The messages between a holder and its guests: frames of a length (RFC 4251 §5, `uint32`), a
//! byte for the kind, and fields. Either side may be hostile, so a frame has a maximum length, and
//! is read whole or not at all.

use keygen::agent::message::put_string;

use crate::agent::message::Fields;
use crate::terminal::Size;

/// Sent first. A holder of another version is not used.
pub(crate) const VERSION: u32 = 1;

/// The first bytes from a guest, so that no other protocol is taken for ours.
pub(crate) const MAGIC: &[u8] = b"sshc connection sharing";

/// The code of a channel that the holder refused, and not the server. RFC 4254 §5.1 leaves it to
/// private use.
pub(crate) const REFUSED_HERE: u32 = 0xfe00_0001;

/// Bytes of data in one frame.
pub(crate) const DATA_BYTES: usize = 64 * 1024;

/// Bytes of one frame without its length: a command line of the length that Linux allows in one
/// argument, with room around it.
pub(crate) const FRAME_BYTES: usize = 256 * 1024;

/// Bytes of a frame before its fields.
const HEAD_BYTES: usize = 5;

macro_rules! frames {
    ($($(#[$doc:meta])* $number:literal $name:ident { $($field:ident: $type:ty),* })*) => {
        /// A message between a holder and a guest.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Frame<'a> {
            $($(#[$doc])* $name { $($field: $type),* },)*
        }

        impl<'a> Frame<'a> {
            /// Appends it with its length.
            pub(crate) fn put(&self, into: &mut Vec<u8>) {
                let begin = into.len();
                into.extend_from_slice(&[0; HEAD_BYTES]);
                let kind: u8 = match self {
                    $(Self::$name { $($field),* } => {
                        $($field.put(into);)*
                        $number
                    })*
                };
                let length = u32::try_from(into.len() - begin - 4).unwrap_or(u32::MAX);
                let head = into.iter_mut().skip(begin);
                for (place, byte) in head.zip(length.to_be_bytes().into_iter().chain([kind])) {
                    *place = byte;
                }
            }

            /// Reads one without its length; `None` when it is not one of these.
            pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
                let mut fields = Fields(bytes);
                let frame = match fields.byte()? {
                    $($number => Self::$name { $($field: Field::take(&mut fields)?),* },)*
                    _ => return None,
                };
                fields.0.is_empty().then_some(frame)
            }
        }
    };
}

frames! {
    /// A guest arrives: a digest of the route that it wants to take.
    1 Hello { magic: &'a [u8], version: u32, route_digest: &'a [u8] }
    /// The holder is not logged in yet; repeated as a sign of life.
    2 LoggingIn {}
    /// The holder accepts the guest.
    3 Welcome { version: u32, process: u32, is_windows: bool }
    /// The holder refuses the guest, and why.
    4 Refused { why: &'a [u8] }
    /// The guest has tunnels: it needs the connection also while no channel is open.
    6 KeepOpen {}
    /// The connection is gone, and why; whether the server said so itself.
    5 Lost { why: &'a [u8], is_disconnect: bool }

    /// Opens a session; the agent that its programs may use, or nothing.
    10 OpenSession { channel: u32, agent: &'a [u8] }
    11 OpenTcp { channel: u32, host: &'a [u8], port: u32 }
    12 OpenUnix { channel: u32, path: &'a [u8] }
    /// The holder has received the request, and asks the server.
    13 Opening { channel: u32 }
    14 Opened { channel: u32 }
    15 NotOpened { channel: u32, code: u32, said: &'a [u8] }
    /// The server opened a channel from a port or path that this guest listens on.
    16 OfferedTcp { channel: u32, address: &'a [u8], port: u32 }
    17 OfferedUnix { channel: u32, path: &'a [u8] }
    18 Accept { channel: u32 }
    19 Reject { channel: u32, code: u32 }

    20 AgentForward { channel: u32 }
    21 PtyRequest { channel: u32, name: &'a [u8], size: Size, modes: &'a [u8] }
    22 Env { channel: u32, name: &'a [u8], value: &'a [u8] }
    23 Shell { channel: u32 }
    24 Exec { channel: u32, command: &'a [u8] }
    25 Subsystem { channel: u32, name: &'a [u8] }
    26 WindowChange { channel: u32, size: Size }
    /// The answer to the oldest request of the channel that wants one.
    27 Reply { channel: u32, granted: bool }

    /// Carries the guest's standard streams, which the holder then reads and writes itself.
    28 HandOver { channel: u32, input: bool, output: bool }
    /// Reading or writing such a stream failed, with this error of the system.
    29 Failed { channel: u32, input: bool, error: u32 }

    30 Data { channel: u32, bytes: &'a [u8] }
    /// Extended data of type 1: standard error.
    31 ExtendedData { channel: u32, bytes: &'a [u8] }
    /// The guest may send this many more bytes.
    32 WindowAdjust { channel: u32, bytes: u32 }
    33 Eof { channel: u32 }
    34 Close { channel: u32 }
    35 ExitStatus { channel: u32, status: u32 }
    36 ExitSignal { channel: u32, name: &'a [u8] }
    /// The connection was lost before the server had ended the channel.
    37 Truncated { channel: u32 }

    40 ListenTcp { request: u32, address: &'a [u8], port: u32 }
    41 ListenUnix { request: u32, path: &'a [u8] }
    42 CancelTcp { request: u32, address: &'a [u8], port: u32 }
    43 CancelUnix { request: u32, path: &'a [u8] }
    /// The answer to one of these: the port, where one was chosen.
    44 Listening { request: u32, port: u32 }
    45 NotListening { request: u32 }
    46 Rekey {}

    /// `-O`: the order, and the forward that it is about.
    50 Control { what: u32, forward: &'a [u8] }
    /// Whether the order was carried out, and the text for the user.
    51 Controlled { done: bool, said: &'a [u8] }
}

/// A type of field.
trait Field<'a>: Sized {
    fn put(&self, into: &mut Vec<u8>);
    fn take(fields: &mut Fields<'a>) -> Option<Self>;
}

impl Field<'_> for u32 {
    fn put(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(&self.to_be_bytes());
    }

    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        fields.uint32()
    }
}

impl Field<'_> for bool {
    fn put(&self, into: &mut Vec<u8>) {
        into.push((*self).into());
    }

    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        match fields.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<'a> Field<'a> for &'a [u8] {
    fn put(&self, into: &mut Vec<u8>) {
        put_string(into, self);
    }

    fn take(fields: &mut Fields<'a>) -> Option<Self> {
        fields.string()
    }
}

impl Field<'_> for Size {
    fn put(&self, into: &mut Vec<u8>) {
        let Self { columns, rows, pixel_width, pixel_height } = self;
        for number in [columns, rows, pixel_width, pixel_height] {
            number.put(into);
        }
    }

    fn take(fields: &mut Fields<'_>) -> Option<Self> {
        let mut number = || fields.uint32();
        Some(Self {
            columns: number()?,
            rows: number()?,
            pixel_width: number()?,
            pixel_height: number()?,
        })
    }
}

/// Data before its bytes, which are written from where they are.
pub(crate) fn data_head(is_stderr: bool, channel: u32, bytes: usize) -> Option<[u8; 13]> {
    let count = u32::try_from(bytes).ok()?;
    let length = (count + 9).to_be_bytes().into_iter();
    let kind = if is_stderr { 31 } else { 30 };
    let fields = channel.to_be_bytes().into_iter().chain(count.to_be_bytes());
    let mut head = [0; 13];
    for (place, byte) in head.iter_mut().zip(length.chain([kind]).chain(fields)) {
        *place = byte;
    }
    Some(head)
}

/// The first frame of what was read, without its length, and how many bytes it was in all.
///
/// # Errors
/// It is longer than a frame may be, or empty.
pub(crate) fn first(bytes: &[u8]) -> Result<Option<(&[u8], usize)>, TooLong> {
    let Some(length) = Fields(bytes).uint32() else { return Ok(None) };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if !(1..=FRAME_BYTES).contains(&length) {
        return Err(TooLong);
    }
    Ok(bytes.get(4..4 + length).map(|frame| (frame, 4 + length)))
}

/// The received bytes are not of this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: Size = Size { columns: 80, rows: 24, pixel_width: 1, pixel_height: 2 };

    #[test]
    fn what_is_written_is_read() {
        for frame in [
            Frame::Hello { magic: MAGIC, version: VERSION, route_digest: &[7; 32] },
            Frame::LoggingIn {},
            Frame::Welcome { version: 1, process: 7, is_windows: true },
            Frame::PtyRequest { channel: 2, name: b"xterm", size: SIZE, modes: &[1, 0, 0, 0, 3] },
            Frame::Data { channel: 3, bytes: b"" },
            Frame::HandOver { channel: 2, input: true, output: false },
            Frame::Controlled { done: false, said: b"no" },
        ] {
            let mut bytes = b"before".to_vec();
            frame.put(&mut bytes);
            let (read, count) = first(&bytes[6..]).unwrap().unwrap();
            assert_eq!((Frame::read(read), count), (Some(frame), bytes.len() - 6));
            for end in 0..count {
                assert_eq!(first(&bytes[6..6 + end]), Ok(None));
            }
            let mut longer = read.to_vec();
            longer.push(0);
            assert_eq!(Frame::read(&longer), None, "{frame:?}");
        }
    }

    #[test]
    fn the_head_of_data_is_that_of_the_frame() {
        for (is_stderr, frame) in [
            (false, Frame::Data { channel: 258, bytes: b"in" }),
            (true, Frame::ExtendedData { channel: 258, bytes: b"in" }),
        ] {
            let mut whole = Vec::new();
            frame.put(&mut whole);
            let head = data_head(is_stderr, 258, 2).unwrap();
            assert_eq!([&head[..], b"in"].concat(), whole);
        }
    }

    #[test]
    fn a_frame_has_a_length_limit() {
        let longest = u32::try_from(FRAME_BYTES).unwrap();
        assert_eq!(first(&longest.to_be_bytes()), Ok(None));
        assert_eq!(first(&(longest + 1).to_be_bytes()), Err(TooLong));
        assert_eq!(first(&[0; 4]), Err(TooLong));
    }

    proptest! {
        #[test]
        fn nothing_that_arrives_is_taken_for_more_than_it_is(bytes: Vec<u8>) {
            if let Some(frame) = Frame::read(&bytes) {
                let mut again = Vec::new();
                frame.put(&mut again);
                prop_assert_eq!(&again[4..], &bytes[..]);
            }
        }
    }
}
