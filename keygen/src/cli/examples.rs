//! The end of `--help` and of the man pages: examples, and notes for all commands.

pub(super) const GENERATE: &str = "\
Examples:
  keygen -o id.ppk                      a new RSA key for PuTTY, and id.pub beside it
  keygen -t ed25519 --no-passphrase     ~/.ssh/id_ed25519, for ssh
  keygen convert id.ppk -o id_rsa       PuTTY's key for OpenSSH, under the same passphrase
  keygen convert id_rsa -o id.ppk       and back
  keygen inspect ~/.ssh/id_*            what they are, and what is wrong with them
  keygen public id.ppk >> authorized_keys
  keygen passphrase id.ppk              change the passphrase

Formats: ppk (version 3), ppk2, openssh, pkcs8, pem (PKCS#1 and SEC1). Only their owner can read
private key files; they replace nothing without --force, and are written whole or not at all.";

pub(super) const CONVERT: &str = "\
Examples:
  keygen convert id.ppk -o id_rsa                       PuTTY's key for OpenSSH
  keygen convert id_rsa -o id.ppk                       and back
  keygen convert id.ppk -o id.pem --no-new-passphrase   for a program that cannot unlock keys";

pub(super) const INSPECT: &str = "\
Examples:
  keygen inspect ~/.ssh/id_*                  what they are, and what is wrong with them
  keygen inspect -l ~/.ssh/authorized_keys    one line per key
  keygen inspect --json id.ppk                for a script";

pub(super) const PUBLIC: &str = "\
Examples:
  keygen public id.ppk >> authorized_keys
  keygen public id.ppk -O rfc4716 > id.txt    with BEGIN and END lines";

pub(super) const PASSPHRASE: &str = "\
Examples:
  keygen passphrase id.ppk                        ask for the old one and the new one
  keygen passphrase id.ppk --no-new-passphrase    remove it";
