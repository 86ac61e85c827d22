//! `keyboard-interactive` (RFC 4256): the server asks, the user answers, as often as it likes.

use russh::client::{KeyboardInteractiveAuthResponse as Response, Prompt};

use super::answered;
use crate::Error;
use crate::ask::{self, Asker, Secret};
use crate::connect::Connection;
use crate::defaults;

/// Rounds after which a server is not logging anybody in any more.
const ROUNDS: u32 = 50;

/// Answers until the server has decided; says whether it asked anything at all. `again` when it did not like what it
/// heard before.
pub(super) async fn converse(
    connection: &mut Connection,
    user: &str,
    asker: &Asker,
    again: bool,
) -> Result<(Response, bool), Error> {
    let handle = &mut connection.handle;
    let mut password = asker.password_from_file()?;
    let start = handle.authenticate_keyboard_interactive_start(user, None);
    let mut response = answered(defaults::PERSON, start).await?;
    let has_asked = matches!(response, Response::InfoRequest { .. });
    let mut again = if again { "Not accepted, please try again.\n" } else { "" };
    for _ in 0..ROUNDS {
        let Response::InfoRequest { name, instructions, prompts } = response else {
            return Ok((response, has_asked));
        };
        let preamble = std::mem::take(&mut again).to_owned() + &preamble(&name, &instructions);
        let answers = answers(&preamble, &prompts, &mut password, asker)?;
        response =
            answered(defaults::PERSON, handle.authenticate_keyboard_interactive_respond(answers))
                .await?;
    }
    Ok((response, has_asked))
}

fn answers(
    preamble: &str,
    prompts: &[Prompt],
    password: &mut Option<Secret>,
    asker: &Asker,
) -> Result<Vec<String>, Error> {
    let mut preamble = preamble.to_owned();
    prompts
        .iter()
        .map(|prompt| {
            // Only a question whose answer is hidden can be the one for the password.
            if let (false, Some(password)) = (prompt.echo, password.take()) {
                return Ok(ask::give(password));
            }
            let question = format!(
                "{}{}",
                std::mem::take(&mut preamble),
                contract::escape::lines(&prompt.prompt)
            );
            if prompt.echo {
                asker.shown(&question, None)
            } else {
                let answer = asker.hidden(&question, "--password-file")?;
                ask::text(&answer).map(ask::give)
            }
        })
        .collect()
}

fn preamble(name: &str, instructions: &str) -> String {
    [name, instructions]
        .iter()
        .filter(|text| !text.trim().is_empty())
        .flat_map(|text| [contract::escape::lines(text.trim_end()), "\n".to_owned()])
        .collect()
}
