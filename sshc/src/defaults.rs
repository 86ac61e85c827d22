//! What holds when neither the command line nor the configuration says otherwise, each with its
//! reason. Limits that no option changes stand beside the code that keeps them.

use std::time::Duration;

/// The port of SSH (RFC 4253 §4.1).
pub(crate) const PORT: u16 = 22;

/// How long a server may take to answer (`--connect-timeout`). The system gives up after two
/// minutes and more; a cluster that is up answers within a second, one behind a busy gateway
/// within ten.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// One attempt to connect, as with ssh (`ConnectionAttempts`).
pub(crate) const CONNECTION_ATTEMPTS: u32 = 1;

/// The pause between two attempts (`ssh_config(5)`, `ConnectionAttempts`).
pub(crate) const ATTEMPT_PAUSE: Duration = Duration::from_secs(1);

/// Silence after which the server is asked for a sign of life (`--keepalive`). Routers for home
/// use forget idle connections after a minute or more.
pub(crate) const KEEPALIVE: Duration = Duration::from_secs(15);

/// Unanswered keepalives after which the connection is lost, as with ssh (`ServerAliveCountMax`).
pub(crate) const KEEPALIVE_MAX: u32 = 3;

/// The least that a server is given to look up a key, perhaps in a directory far away.
pub(crate) const KEY_LOOKUP: Duration = Duration::from_secs(10);

/// How long a server may take for an answer that waits for a person, such as a push to a phone.
pub(crate) const PERSON: Duration = Duration::from_secs(180);

/// Bytes in one direction after which new keys are exchanged (`RekeyLimit`): 2^32 blocks of AES
/// (RFC 4344 §3.2), where OpenSSH does so too. Ours must not come much earlier: russh gives up
/// when more than two windows of data are in flight during an exchange that it began.
pub(crate) const REKEY_BYTES: usize = 1 << 36;

/// No exchange begins for time alone unless `RekeyLimit` says so.
pub(crate) const REKEY_TIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Bytes of data in one packet: whole pages, and the most below the 65,535 that russh allows.
/// OpenSSH's server makes use of it, and a pipe is then filled with half as many writes, each of
/// which wakes its reader.
pub(crate) const PACKET_BYTES: u32 = 60 * 1024;

/// The window of a terminal: what the server may still send after Ctrl-C, as with ssh.
pub(crate) const INTERACTIVE_WINDOW_BYTES: u32 = 1 << 20;

/// The window of each channel where there are tunnels: russh loses a connection with more than
/// two windows in flight, over all channels, when it asks for new keys.
pub(crate) const TUNNEL_WINDOW_BYTES: u32 = 16 << 20;

/// The window of a single stream: no more than a window arrives in one round trip.
pub(crate) const BULK_WINDOW_BYTES: u32 = 64 << 20;

/// The first pause of `--reconnect`; each later one is twice as long,
pub(crate) const SHORTEST_RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// up to this. OpenSSH's servers shut out addresses that come back too fast
/// (`PerSourcePenalties`).
pub(crate) const LONGEST_RECONNECT_PAUSE: Duration = Duration::from_secs(30);

/// Attempts at a passphrase or a password, as with ssh (`NumberOfPasswordPrompts`).
pub(crate) const PASSWORD_PROMPTS: u32 = 3;

/// The shortest RSA key that counts, in bits (`RequiredRSASize`). OpenSSH still allows 1024, which
/// has been within reach of factoring for years.
pub(crate) const LEAST_RSA_BITS: u32 = 2048;

/// How long `--wait` waits when it is not said: clusters boot within two minutes or not at all.
/// In words, because it stands in for the option's value.
pub(crate) const WAIT: &str = "5m";

/// The pause between two attempts of `--wait` while the cluster may be there any moment,
pub(crate) const SHORTEST_WAIT_PAUSE: Duration = Duration::from_secs(1);

/// and the longest, when it has shown nothing new for long.
pub(crate) const LONGEST_WAIT_PAUSE: Duration = Duration::from_secs(15);

/// How long an attempt of `--wait` gives an address to answer. The next attempt asks again anyhow,
/// and systems repeat an unanswered question only after one, three and seven seconds.
pub(crate) const WAIT_DIAL: Duration = Duration::from_secs(2);

/// How long an attempt of `--wait` gives a server to say the first word, at first: what never
/// passes a connection on must not keep us from the next one.
pub(crate) const WAIT_GREETING: Duration = Duration::from_secs(2);

/// How long an attempt of `--wait` gives a server to introduce itself and show its key.
pub(crate) const WAIT_HANDSHAKE: Duration = Duration::from_secs(10);

/// How long `--diagnose` gives each step, unless `--connect-timeout` says otherwise: systems ask an
/// address that does not answer again after one, three and seven seconds.
pub(crate) const DIAGNOSIS_STEP: Duration = Duration::from_secs(10);

/// The pause before a refused key is offered again on the same connection.
pub(crate) const WAIT_KEY_PAUSE: Duration = Duration::from_millis(1500);

/// How often keys are offered on one connection by `--wait`: OpenSSH's server hangs up at the sixth
/// refusal (`MaxAuthTries`).
pub(crate) const WAIT_KEY_OFFERS: usize = 5;
