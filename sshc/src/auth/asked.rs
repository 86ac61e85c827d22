//! The methods that ask the user: `keyboard-interactive` and `password` (RFC 4252 §8).

use contract::shown;
use russh::client::KeyboardInteractiveAuthResponse;

use super::interactive::{self, Interview, Interviewed};
use super::{Course, Login, Outcome, answered};
use crate::Error;
use crate::ask;
use crate::defaults;

impl Course<'_> {
    pub(super) async fn interact(&mut self) -> Result<Outcome, Error> {
        self.interactions_left -= 1;
        self.attempts.begin("keyboard-interactive".to_owned());
        let again = self.interactions_left + 1 < self.login.password_prompts;
        let Login { user, asker, quiet, .. } = self.login;
        if asker.password_file.is_none() {
            self.key_fates.tell(quiet);
        }
        let interview = Interview { user, asker, again, quiet };
        let Interviewed { response, has_asked } = interview.hold(self.connection).await?;
        self.has_proved |= has_asked;
        // The same answer, or no question, would give the same result.
        if self.login.asker.password_file.is_some() || !has_asked {
            self.interactions_left = 0;
        }
        Ok(match response {
            KeyboardInteractiveAuthResponse::Success => Outcome::Accepted,
            KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success } => {
                Outcome::Refused { remaining: remaining_methods, partial: partial_success }
            }
            KeyboardInteractiveAuthResponse::InfoRequest { .. } => Outcome::unchanged(),
        })
    }

    pub(super) async fn send_password(&mut self) -> Result<Outcome, Error> {
        self.passwords_left -= 1;
        self.attempts.begin("password".to_owned());
        let password = match self.login.asker.password_from_file()? {
            Some(password) => {
                self.passwords_left = 0;
                password
            }
            None => {
                self.key_fates.tell(self.login.quiet);
                let again = self.passwords_left + 1 < self.login.password_prompts;
                let question = format!(
                    "{}{}@{}'s password: ",
                    if again { interactive::NOT_ACCEPTED } else { "" },
                    shown(self.login.user),
                    self.connection.place
                );
                let asker = self.login.asker;
                let password = ask::text(&asker.hidden(question.as_str(), "--password-file")?)?;
                self.connection.shared.notice_end().await?;
                password
            }
        };
        self.has_proved = true;
        let password = ask::give(password);
        let attempt = self.connection.handle.authenticate_password(self.login.user, password);
        answered(defaults::PERSON, attempt).await.map(Outcome::from)
    }
}
