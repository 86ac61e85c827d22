//! The five programs, run as users run them, against the programs they must get along with.
