//! The defaults for everything that neither the command line nor the configuration sets, each with
//! its reason. Limits without an option are beside the code that enforces them.

use std::time::Duration;

/// The version of OpenSSH whose options and configuration we follow (`-V`, `Match version`).
pub(crate) const COMPATIBLE_VERSION: &str = "OpenSSH_10.6";

/// The port of SSH (RFC 4253 §4.1).
pub(crate) const PORT: u16 = 22;

/// How long a server may take to answer (`--connect-timeout`). The system gives up after two
/// minutes and more; a cluster that is up answers within a second, one behind a busy gateway
/// within ten.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A single attempt to connect, as with ssh (`ConnectionAttempts`).
pub(crate) const CONNECTION_ATTEMPTS: u32 = 1;

/// The pause between two attempts (`ssh_config(5)`, `ConnectionAttempts`).
pub(crate) const ATTEMPT_PAUSE: Duration = Duration::from_secs(1);

/// The length of silence before a keepalive is sent (`--keepalive`). Home routers forget idle
/// connections after a minute or more.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(15);

/// The number of unanswered keepalives after which the connection is lost, as with ssh
/// (`ServerAliveCountMax`).
pub(crate) const KEEPALIVE_MAX: u32 = 3;

/// The shortest time that a server gets to look up a key, perhaps in a remote directory.
pub(crate) const KEY_LOOKUP: Duration = Duration::from_secs(10);

/// How long a server may take for an answer that waits for a person, such as a confirmation on a
/// telephone.
pub(crate) const PERSON: Duration = Duration::from_secs(180);

/// Bytes in one direction after which new keys are exchanged (`RekeyLimit`): 2^32 blocks of AES
/// (RFC 4344 §3.2), the same as in OpenSSH. It must not be much lower, because russh gives up if
/// more than two windows of data are in flight during an exchange that it started.
pub(crate) const REKEY_BYTES: usize = 1 << 36;

/// Time alone does not start an exchange, unless `RekeyLimit` says so.
pub(crate) const REKEY_TIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The size of data in one packet: whole pages, and the most below russh's limit of 65,535.
/// OpenSSH's server fills such packets, which halves the writes to a pipe, each of which wakes the
/// reader.
pub(crate) const PACKET_BYTES: u32 = 60 * 1024;

/// The window of a terminal, which the server may still send after Ctrl-C; the same as with ssh.
pub(crate) const INTERACTIVE_WINDOW_BYTES: u32 = 1 << 20;

/// The window of each channel if there are tunnels. russh loses a connection with more than two
/// windows in flight, over all channels, when it starts a re-key.
pub(crate) const TUNNEL_WINDOW_BYTES: u32 = 16 << 20;

/// The window of a single stream: at most one window arrives per round trip.
pub(crate) const BULK_WINDOW_BYTES: u32 = 64 << 20;

/// The first pause of `--reconnect`; each later one is twice as long.
pub(crate) const SHORTEST_RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause of `--reconnect`. OpenSSH's servers shut out addresses that come back too fast
/// (`PerSourcePenalties`).
pub(crate) const LONGEST_RECONNECT_PAUSE: Duration = Duration::from_secs(30);

/// Attempts at a passphrase or a password, as with ssh (`NumberOfPasswordPrompts`).
pub(crate) const PASSWORD_PROMPTS: u32 = 3;

/// The shortest RSA key that is accepted, in bits (`RequiredRSASize`). OpenSSH still allows 1024,
/// which has been within reach of factoring for years.
pub(crate) const LEAST_RSA_BITS: u32 = 2048;

/// How many days the host key of an unused target stays on record (`--host-key-ttl`). Jobs run for
/// days, and a cluster that is used every other week is still the same.
pub(crate) const HOST_KEY_DAYS: u16 = 14;

/// How long `--wait` waits by default: clusters boot within two minutes or not at all. It is text,
/// because it stands for the option's value.
pub(crate) const WAIT: &str = "5m";

/// The pause between attempts of `--wait` while the cluster may be up at any moment.
pub(crate) const SHORTEST_WAIT_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause of `--wait`, after a long time without a change.
pub(crate) const LONGEST_WAIT_PAUSE: Duration = Duration::from_secs(15);

/// The longest pause, before jitter, after an attempt that reached no server. A refused connection
/// costs nothing, and so a port that opens is noticed within two seconds.
pub(crate) const WAIT_FREE_PAUSE: Duration = Duration::from_millis(1250);

/// How long an attempt of `--wait` first waits for an address to answer. The next attempt tries
/// again anyway, and systems repeat an unanswered packet only after one, three and seven seconds.
pub(crate) const WAIT_DIAL: Duration = Duration::from_secs(2);

/// The longest time to wait for an address: during a longer one, the system would send nothing for
/// four seconds.
pub(crate) const LONGEST_WAIT_DIAL: Duration = Duration::from_secs(4);

/// How long an attempt of `--wait` waits at first for the server's first byte: a forwarder that
/// never passes the connection on must not delay the next attempt.
pub(crate) const WAIT_VERSION: Duration = Duration::from_secs(2);

/// How long an attempt of `--wait` waits for the server's version and host key.
pub(crate) const WAIT_HANDSHAKE: Duration = Duration::from_secs(10);

/// How long `--diagnose` allows for each step, unless `--connect-timeout` says otherwise: systems
/// repeat an unanswered packet after one, three and seven seconds.
pub(crate) const DIAGNOSIS_STEP: Duration = Duration::from_secs(10);

/// The pause before a refused key is offered again on the same connection.
pub(crate) const WAIT_KEY_PAUSE: Duration = Duration::from_millis(1500);

/// How often `--wait` offers keys on one connection: OpenSSH's server hangs up at the sixth refusal
/// (`MaxAuthTries`).
pub(crate) const WAIT_KEY_OFFERS: usize = 5;
