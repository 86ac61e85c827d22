//! Parses the requests of clients to our agent.

use ssh_key::EcdsaCurve;
use ssh_key::private::KeypairData;
use ssh_key::public::KeyData;

use super::message::{self, Constraints};
use super::restrict_destination::{self, Restriction};
use super::signer::Signer;
use crate::key_file::private_fields;
use crate::key_pair;
use crate::public_key::PublicKeyLine;
use crate::wire::{Reader, Truncated};

/// A request, or why it is refused.
pub(super) enum Request<'a> {
    List,
    Sign {
        key: &'a [u8],
        data: &'a [u8],
        flags: u32,
    },
    Add(Box<Addition>),
    Remove(&'a [u8]),
    RemoveAll,
    /// A request of protocol version 1, of whose keys we hold none.
    RemoveAllOfVersion1,
    Lock(&'a [u8]),
    Unlock(&'a [u8]),
    Extension {
        name: &'a [u8],
        contents: &'a [u8],
    },
    /// A key on a token: only the agent that ran before ours may be able to use it.
    Hardware,
    Refused,
}

/// A key to add.
pub(super) struct Addition {
    /// The public key or certificate.
    pub(super) blob: Vec<u8>,
    pub(super) signer: Signer,
    pub(super) comment: Vec<u8>,
    pub(super) terms: Terms,
}

/// The terms under which a key is held.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// In seconds.
    pub(super) lifetime: Option<u32>,
    pub(super) confirm: bool,
    /// The permitted hosts; every host if empty.
    pub(super) restrictions: Vec<Restriction>,
}

impl Request<'_> {
    /// Parses a message. Refuses malformed and unknown ones.
    pub(super) fn read(message: &[u8]) -> Request<'_> {
        let Some((number, rest)) = message.split_first() else { return Request::Refused };
        let mut fields = Reader::new(rest);
        read(*number, &mut fields).unwrap_or(Request::Refused)
    }
}

fn read<'a>(number: u8, fields: &mut Reader<'a>) -> Result<Request<'a>, Truncated> {
    Ok(match number {
        message::REQUEST_IDENTITIES => Request::List,
        message::SIGN_REQUEST => {
            let (key, data) = (fields.string()?, fields.string()?);
            Request::Sign { key, data, flags: fields.uint32()? }
        }
        message::ADD_IDENTITY | message::ADD_ID_CONSTRAINED => return addition(*fields),
        message::REMOVE_IDENTITY => Request::Remove(fields.string()?),
        message::REMOVE_ALL_IDENTITIES => Request::RemoveAll,
        message::REMOVE_ALL_SSH1 => Request::RemoveAllOfVersion1,
        message::LOCK => Request::Lock(fields.string()?),
        message::UNLOCK => Request::Unlock(fields.string()?),
        message::EXTENSION => {
            Request::Extension { name: fields.string()?, contents: fields.rest() }
        }
        _ => Request::Refused,
    })
}

fn addition(mut fields: Reader<'_>) -> Result<Request<'_>, Truncated> {
    let start = fields;
    let algorithm = fields.string()?;
    if algorithm.starts_with(b"sk-") {
        return Ok(Request::Hardware);
    }
    let certified = algorithm.ends_with(b"-cert-v01@openssh.com");
    let (blob, pair, comment) = if certified {
        let blob = fields.string()?;
        let pair = certified_pair(blob, &mut fields)?;
        (blob.to_vec(), pair, fields.string()?)
    } else {
        fields = start;
        let (pair, comment) = private_fields(&mut fields)?;
        let pair = pair.map_err(|_| Truncated)?;
        (key_pair::public_blob(&pair).map_err(|_| Truncated)?, pair, comment)
    };
    let terms = terms(&mut fields)?;
    // From here on the numbers exist only where they are wiped.
    let signer = Signer::new(&pair).map_err(|_| Truncated)?;
    Ok(Request::Add(Box::new(Addition { blob, signer, comment: comment.to_vec(), terms })))
}

/// The pair of a certificate's public half and the private half after it, which must belong
/// together.
fn certified_pair(blob: &[u8], fields: &mut Reader<'_>) -> Result<KeypairData, Truncated> {
    let line = PublicKeyLine::from_blob(blob, "").map_err(|_| Truncated)?;
    let certified = line.certificate().ok_or(Truncated)?.public_key().clone();
    let pair = match &certified {
        KeyData::Rsa(public) => {
            let (d, iqmp) = (fields.positive()?, fields.positive()?);
            let primes = (fields.positive()?, fields.positive()?);
            key_pair::rsa(&key_pair::Rsa {
                n: public.n().as_bytes(),
                e: public.e().as_bytes(),
                d,
                p: primes.0,
                q: primes.1,
                iqmp,
            })
        }
        KeyData::Ed25519(public) => {
            let sent = fields.string()?;
            let (seed, again) = fields.string()?.split_first_chunk::<32>().ok_or(Truncated)?;
            if sent != public.as_ref() || again != sent {
                return Err(Truncated);
            }
            key_pair::ed25519(seed, sent)
        }
        KeyData::Ecdsa(public) => {
            let curve: EcdsaCurve = public.curve();
            key_pair::ecdsa(curve, fields.positive()?, Some(public.as_sec1_bytes()))
        }
        _ => return Err(Truncated),
    };
    pair.map_err(|_| Truncated)
}

/// The constraints; each must be known and occur once.
pub(super) fn terms(fields: &mut Reader<'_>) -> Result<Terms, Truncated> {
    let mut terms = Terms::default();
    while let Some((kind, rest)) = fields.rest().split_first() {
        *fields = Reader::new(rest);
        match *kind {
            message::CONSTRAIN_LIFETIME if terms.lifetime.is_none() => {
                terms.lifetime = Some(fields.uint32()?);
            }
            message::CONSTRAIN_CONFIRM if !terms.confirm => terms.confirm = true,
            message::CONSTRAIN_EXTENSION
                if fields.string()? == restrict_destination::NAME
                    && terms.restrictions.is_empty() =>
            {
                terms.restrictions = restrict_destination::read_all(fields.string()?)?;
            }
            _ => return Err(Truncated),
        }
    }
    Ok(terms)
}

/// The same constraints, for a request that we send.
impl From<&Terms> for Constraints {
    fn from(terms: &Terms) -> Self {
        let lifetime = terms.lifetime.map(|seconds| std::time::Duration::from_secs(seconds.into()));
        let extensions = match terms.restrictions.as_slice() {
            [] => Vec::new(),
            several => vec![(
                restrict_destination::NAME.to_vec(),
                restrict_destination::write_all(several),
            )],
        };
        Self { lifetime, confirm: terms.confirm, extensions }
    }
}
