#!/bin/sh
# rustc, for `cargo xtask fuzz`: instruments the packages with readers of bytes from outside.
#
# libFuzzer clears and reads every counter in every run, so a cipher or a regular expression gets
# none. Without `trace-compares` a run takes half the time: the dictionaries have the words that
# libFuzzer would learn from comparisons. Build scripts do not link libFuzzer.
case $CARGO_PKG_NAME in
    cidr | contract | fuzz | joblog-parse | keygen | sshc) ours=--cfg=fuzzing ;;
    ruzstd | ssh-encoding | ssh-key) ours= ;;
    *) exec "$@" ;;
esac
case " $* " in
    *" --crate-name build_script_"*) exec "$@" ;;
esac
exec "$@" $ours -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=3 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table
