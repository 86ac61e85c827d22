//! What the tests stand on: a temporary home, real servers and peers, a pseudo-terminal.
