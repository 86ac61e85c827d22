//! Addresses that are for something else than logging in: for mail, or for files.

use std::ops::Range;

use super::Reader;
use crate::recognize::cue::Cue;
use crate::recognize::parsed_line::Signs;
use crate::recognize::spelling;

impl Reader<'_, '_> {
    /// Whether the words before the place say how to reach the writers: `erreichen Sie uns unter
    /// …`.
    pub(in crate::recognize) fn is_to_us(&self, place: usize) -> bool {
        const US: [&str; 8] = ["us", "uns", "nous", "nos", "noi", "ons", "nas", "oss"];
        const QUESTIONS: [&str; 18] = [
            "question",
            "questions",
            "fragen",
            "frage",
            "dubte",
            "dubtes",
            "duvida",
            "duvidas",
            "duda",
            "dudas",
            "pregunta",
            "preguntas",
            "domande",
            "dubbi",
            "vragen",
            "pytania",
            "fragor",
            "problems",
        ];
        let before = self.words_before(place);
        let says_us = |at: usize| self.line.is_one_of(at, &US);
        let says_question = |at: usize| {
            let token = self.line.tokens.get(at);
            token.is_some_and(|it| QUESTIONS.contains(&spelling::folded(it.text).as_str()))
        };
        before.clone().rev().take(4).any(says_us) || { before }.any(says_question)
    }

    /// Whether the words around a login say that it is for files.
    pub(in crate::recognize) fn is_for_files(&self, login: &Range<usize>) -> bool {
        self.is_copied_to(login.start) || self.is_of_files(login.end)
    }

    /// Whether the words before a position name a program that copies: `scp vers ada@…`.
    fn is_copied_to(&self, place: usize) -> bool {
        const PROGRAMS: [&str; 5] = ["scp", "sftp", "rsync", "lftp", "ftp"];
        let word = self.line.tokens.partition_point(|token| token.span.end <= place);
        let program = word.checked_sub(2).and_then(|at| self.line.tokens.get(at));
        !self.is_asked(place)
            && program.is_some_and(|token| PROGRAMS.contains(&token.text))
            && word.checked_sub(1).is_some_and(|at| {
                self.gap(at) == Signs::BLANK
                    && (self.line.has(at, Cue::At)
                        || ["vers", "nach", "a", "hacia", "verso"]
                            .contains(&self.line.tokens.get(at).map_or("", |it| it.text)))
            })
    }

    /// Whether a bracket just after a position says that the machine is for files: `(file server)`.
    fn is_of_files(&self, end: usize) -> bool {
        let behind = self.line.text.get(end..).unwrap_or_default().trim_start();
        let inside = behind.strip_prefix('(').and_then(|it| it.split_once(')'));
        inside.is_some_and(|(inside, _)| {
            let inside = inside.to_ascii_lowercase();
            ["file server", "fileserver", "file store", "storage", "data store", "dateiserver"]
                .iter()
                .any(|name| inside.contains(name))
        })
    }

    /// Whether words before the place, in its sentence, are about logging in or name a machine:
    /// other words than those that are said of mail, too, and not the name of the speaker.
    pub(in crate::recognize) fn leads_to_machine(&self, place: usize) -> bool {
        let cues = [Cue::Connect, Cue::Ssh, Cue::Login, Cue::Log, Cue::Main, Cue::Machine];
        // `[pod-runner] account …`
        let tag = self.line.text.trim_start().strip_prefix('[').and_then(|it| it.split_once(']'));
        let tag = tag.map_or(0, |(tag, _)| tag.len() + 2);
        self.words_before(place).any(|at| {
            let token = self.line.tokens.get(at);
            let is_host = token.is_some_and(|it| it.text.to_ascii_lowercase().contains("host"));
            let is_speaker = token.is_some_and(|it| it.span.end <= tag);
            !is_speaker && (is_host || self.line.has_any(at, &cues)) && !self.is_of_source(at)
        })
    }
}
