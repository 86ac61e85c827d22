//! `cmd.exe /c`, as in Windows' own ssh: the shell of proxy commands, whose line needs no `exec`.

pub(super) use crate::connect::proxy::shell::shell;
