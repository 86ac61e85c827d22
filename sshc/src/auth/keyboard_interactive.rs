//! `keyboard-interactive` (RFC 4256): the server asks and the user answers, in any number of
//! rounds.

use russh::client::{KeyboardInteractiveAuthResponse as Response, Prompt};

use super::{Login, LoginState, Outcome, answered};
use crate::Error;
use crate::antispoof::{self, ServerFrame};
use crate::ask::{self, Asker, Question, Secret};
use crate::connect::Connection;
use crate::defaults;
use crate::notices;

/// After this many rounds, the server is not going to accept a login.
const ROUNDS: u32 = 50;

impl LoginState<'_> {
    pub(super) async fn interact(&mut self) -> Result<Outcome, Error> {
        self.interactions_left -= 1;
        self.attempts.begin("keyboard-interactive".to_owned());
        let again = self.interactions_left + 1 < self.login.password_prompts;
        let Login { user, asker, quiet, devices, .. } = self.login;
        if asker.password_file.is_none() {
            self.key_reports.tell(quiet);
        }
        let questionnaire = Questionnaire { user, asker, devices, again, quiet };
        let QuestionnaireResult { response, has_asked } =
            questionnaire.hold(self.connection).await?;
        self.has_proved |= has_asked;
        // The same answer, or no question, would give the same result.
        if self.login.asker.password_file.is_some() || !has_asked {
            self.interactions_left = 0;
        }
        Ok(match response {
            Response::Success => Outcome::Accepted,
            Response::Failure { remaining_methods, partial_success } => {
                Outcome::Refused { remaining: remaining_methods, partial: partial_success }
            }
            Response::InfoRequest { .. } => Outcome::unchanged(),
        })
    }
}

/// How to ask the server's questions.
pub(super) struct Questionnaire<'a> {
    pub(super) user: &'a str,
    pub(super) asker: &'a Asker,
    /// The devices that may ask; `None` leaves them to the server.
    pub(super) devices: Option<&'a str>,
    /// Whether the previous answers were refused.
    pub(super) again: bool,
    pub(super) quiet: bool,
}

/// The result of the questions.
pub(super) struct QuestionnaireResult {
    pub(super) response: Response,
    /// Whether the server asked anything; without a question, a repetition would give the same
    /// result.
    pub(super) has_asked: bool,
}

impl Questionnaire<'_> {
    /// Answers until the server has decided.
    pub(super) async fn hold(
        mut self,
        connection: &mut Connection,
    ) -> Result<QuestionnaireResult, Error> {
        let mut password = self.asker.password_from_file()?;
        let devices = self.devices.map(str::to_owned);
        let start = connection.handle.authenticate_keyboard_interactive_start(self.user, devices);
        let mut response = answered(defaults::PERSON, start).await?;
        let mut has_asked = false;
        for _ in 0..ROUNDS {
            let Response::InfoRequest { name, instructions, prompts } = response else {
                return Ok(QuestionnaireResult { response, has_asked });
            };
            has_asked |= !prompts.is_empty();
            let frame = ServerFrame::new(self.user, &connection.place);
            let preamble = preamble(&name, &instructions);
            let answers = self.answers(&frame, &preamble, &prompts, &mut password)?;
            if !prompts.is_empty() {
                connection.shared.notice_end().await?;
            }
            let handle = &mut connection.handle;
            let respond = handle.authenticate_keyboard_interactive_respond(answers);
            response = answered(defaults::PERSON, respond).await?;
        }
        Ok(QuestionnaireResult { response, has_asked })
    }

    fn answers(
        &mut self,
        frame: &ServerFrame,
        preamble: &str,
        prompts: &[Prompt],
        password: &mut Option<Secret>,
    ) -> Result<Vec<String>, Error> {
        if prompts.is_empty() {
            if !preamble.is_empty() {
                notices::tell(self.quiet, frame.says(preamble).trim_end());
            }
            return Ok(Vec::new());
        }
        let again = if std::mem::take(&mut self.again) { NOT_ACCEPTED } else { "" };
        let mut heading = Some(again.to_owned() + &frame.asks(preamble));
        let answers = prompts.iter().map(|prompt| {
            // Only a question with a hidden answer can be the one for the password.
            if let (false, Some(password)) = (prompt.echo, password.take()) {
                return Ok(ask::give(password));
            }
            let heading = heading.take().unwrap_or_default();
            let text = heading + &frame.question(&prompt.prompt);
            let asked = prompt.prompt.trim_end_matches([' ', ':', '?', '\r', '\n']);
            let about = format!("the server's question {}", antispoof::quoted(asked));
            let question = Question { text: &text, about: &about };
            if prompt.echo {
                self.asker.shown(question, None)
            } else {
                let answer = self.asker.hidden(question, "--password-file")?;
                ask::text(&answer).map(ask::give)
            }
        });
        answers.collect()
    }
}

/// Printed before a question if the last answer was refused.
pub(super) const NOT_ACCEPTED: &str = "Not accepted, please try again.\n";

fn preamble(name: &str, instructions: &str) -> String {
    let texts = [name, instructions].map(str::trim_end);
    let texts = texts.iter().filter(|text| !text.trim().is_empty());
    texts.flat_map(|text| [text, "\n"]).collect()
}
