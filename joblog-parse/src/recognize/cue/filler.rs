//! Words without a meaning for us, which are not names.

use super::Cue;

/// Words with their cues, in lower case and without accents. Each stands here once, whichever
/// languages have it.
pub(super) const WORDS: &[(Cue, &str)] = &[(
    Cue::Word,
    "succeeded prompt welcome session mot required none null nil true false yes pending \
         tbd todo changed added found missing unknown enabled disabled n/a undefined empty \
         waiting wait soon long well good bad first last next working done finished complete \
         completed start starts begin begins stop stopped end ends ok okay success successful \
         valid exists exist more less most after during while since because within without \
         between about against out off again always never often still yet already too very \
         much many few some such own make made makes gets got go goes going comes take takes \
         taken give gives keep kept let say says said tell tells told know known think want \
         wants try likes used uses allow allows cause help helps change changes click press \
         choose select selected work works read write writes written edit save saved load \
         loaded one two three four five date day days hour hours minute minutes second \
         seconds week weeks month year today tomorrow yesterday monday tuesday wednesday \
         thursday friday saturday sunday january february march july august \
         september october november december mon tue wed thu fri sat sun feb mar apr jun \
         jul aug sep oct nov dec pm utc gmt info debug notice warn warning warnings trace \
         fatal critical stdout stderr section convenience experience feedback itself tests \
         customer customers person people team normal simple general special several various \
         specific certain possible everything nothing everyone line lines text value values \
         type types kind size total average max min maximum minimum estimated queue partition \
         memory disk task tasks step steps iteration iterations runs path paths folder \
         folders nowhere somewhere hidden omitted redacted elsewhere later automatic \
         generated provided displayed printed listed sitting visible different identical \
         nobody anonymous unset masked follows described usual mentioned indicated \
         explained outlined agreed folgt suit sigue segue volgt nasleduje nastepuje beschrieben \
         habituel habituelle habitual abituale ublich ublichen gewohnten gewohnte gebruikelijke \
         zwyklego indique celui celle derjenige quella quello xxx xxxx foo bar baz anyone dlc",
)];
