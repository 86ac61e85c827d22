//! The method `password` (RFC 4252 §8).

use contract::shown;

use super::keyboard_interactive;
use super::{LoginState, Outcome, answered};
use crate::Error;
use crate::ask;
use crate::defaults;

impl LoginState<'_> {
    pub(super) async fn send_password(&mut self) -> Result<Outcome, Error> {
        self.passwords_left -= 1;
        self.attempts.begin("password".to_owned());
        let password = match self.login.asker.password_from_file()? {
            Some(password) => {
                self.passwords_left = 0;
                password
            }
            None => {
                self.key_reports.tell(self.login.quiet);
                let again = self.passwords_left + 1 < self.login.password_prompts;
                let question = format!(
                    "{}{}@{}'s password: ",
                    if again { keyboard_interactive::NOT_ACCEPTED } else { "" },
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
