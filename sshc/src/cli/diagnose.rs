//! `--diagnose`, from its options to its exit status.

use crate::Error;
use crate::defaults::DIAGNOSIS_STEP;
use crate::diagnose::Diagnosis;
use crate::diagnose::access_rule::AccessRule;
use crate::options::Options;

/// What the options ask to diagnose, if anything.
///
/// # Errors
/// When the access rule cannot be read.
pub(super) fn diagnosis(options: &Options) -> Result<Option<Diagnosis>, Error> {
    if !options.diagnosis.diagnose {
        return Ok(None);
    }
    Ok(Some(Diagnosis {
        rule: AccessRule::read(&options.diagnosis.rule).map_err(Error::Usage)?,
        controls: options.diagnosis.controls.clone(),
        json: options.diagnosis.json,
        time_limit: options.connect_timeout.unwrap_or(DIAGNOSIS_STEP),
    }))
}
