//! Groups values by object and list: values in the same object belong together, those of two list
//! elements do not.

use std::num::NonZeroU16;

use super::label::{self, Label};
use super::pairing::{Block, HostHalf, Ids, UserHalf};
use crate::target::TargetError;

/// The deepest nesting of objects that is tracked.
const MOST_LEVELS: usize = 64;

/// An IPv4 and an IPv6 address within this many lines belong to one machine.
const SAME_MACHINE_LINES: u64 = 2;

/// Whether a line may be inside an object of several lines: it is indented, begins or ends with a
/// sign of JSON, or has a key. Otherwise the end of the object is missing.
pub(super) fn is_inside(text: &str) -> bool {
    text.starts_with(|c: char| c.is_whitespace() || "{}[]\"'".contains(c))
        || text.trim_end().ends_with(['{', '}', '[', ']', ','])
        || text.contains("\":")
        || text.contains(" = ")
}

/// The open blocks: a paragraph of the log, and in it the objects and lists that have not ended
/// yet.
#[derive(Debug, Default, Clone)]
pub(super) struct Nesting {
    paragraph: Block,
    levels: Vec<Level>,
    is_json: bool,
    /// Whether the paragraph names a user and a host and a blank line follows it.
    is_after_blank: bool,
}

#[derive(Debug, Clone)]
struct Level {
    is_list: bool,
    /// The meaning of values in it that have no label of their own.
    label: Option<Label>,
    /// Its name, if that names one thing among several.
    one: Option<String>,
    /// Whether it is a pair of a name and a value.
    is_pair: bool,
    /// Whether several elements of the list left a half, or it belongs to another service: nothing
    /// in it counts.
    is_mixed: bool,
    block: Block,
}

/// Whether a port belongs to another service.
fn is_of_service(port: &Result<NonZeroU16, TargetError>) -> bool {
    port.as_ref().is_ok_and(|port| super::service_ports::is_service_port(port.get()))
}

impl Nesting {
    /// Whether an object may continue on the next lines.
    pub(super) fn is_open(&self) -> bool {
        !self.levels.is_empty() || (self.is_json && !self.paragraph.is_empty())
    }

    /// Whether an object or a list is open.
    pub(super) fn is_nested(&self) -> bool {
        !self.levels.is_empty()
    }

    /// The block that a value goes to now.
    pub(super) fn block(&mut self) -> &mut Block {
        match self.levels.last_mut() {
            Some(level) => &mut level.block,
            None => &mut self.paragraph,
        }
    }

    /// The lines of the halves of the present block, and whether a port is known: what a further
    /// value may change.
    pub(super) fn filled(&mut self) -> ([Option<u64>; 3], bool) {
        let block = self.block();
        let line = |half: &Option<HostHalf>| half.as_ref().map(|half| half.line);
        let has_port =
            |half: &Option<HostHalf>| half.as_ref().is_some_and(|half| half.value.port.is_some());
        let lines =
            [block.user.as_ref().map(|it| it.line), line(&block.host), line(&block.private_host)];
        (lines, block.port.is_some() || has_port(&block.host) || has_port(&block.private_host))
    }

    /// Adds a port from a line, unless it is far below the paragraph.
    pub(super) fn add_port(&mut self, port: Result<NonZeroU16, TargetError>, line: u64) {
        let is_paragraph = !self.is_nested();
        let block = self.block();
        // The port of another service has nothing to do with a login further above.
        let is_doubtful = is_paragraph && is_of_service(&port) && !block.is_empty();
        if is_doubtful && !block.is_beside(line) {
            return;
        }
        if !is_paragraph || block.is_empty() || !block.is_far(line) {
            block.port = block.port.take().or(Some(port));
            block.reach(line);
        }
    }

    /// Forgets a port far above the line of a new half.
    fn forget_far_port(&mut self, line: u64) {
        let block = &mut self.paragraph;
        let is_doubtful = block.port.as_ref().is_some_and(is_of_service) && !block.is_beside(line);
        if block.is_empty() && (block.is_far(line) || is_doubtful) {
            block.port = None;
        }
    }

    /// Begins an object or a list, which may say what it is about.
    pub(super) fn begin(&mut self, is_list: bool, label: Option<Label>, name: Option<&str>) {
        self.is_json = true;
        let label = if label == Some(Label::Value) { self.label() } else { label };
        if self.levels.len() < MOST_LEVELS {
            self.levels.push(Level {
                is_list,
                label,
                one: name.filter(|name| label::names_one(name)).map(str::to_owned),
                is_pair: false,
                is_mixed: name.is_some_and(label::names_service),
                block: Block { is_object: true, ..Block::default() },
            });
        }
    }

    /// The meaning of a value without a label of its own.
    pub(super) fn label(&self) -> Option<Label> {
        self.levels.last().and_then(|level| level.label)
    }

    /// Records that the object names the meaning of its value.
    pub(super) fn name(&mut self, label: Option<Label>) {
        if let Some(level) = self.levels.last_mut() {
            (level.label, level.is_pair) = (label, true);
        }
    }

    /// Ends an object or a list. Returns a block that is complete now, or one that had to make
    /// room.
    pub(super) fn end(&mut self) -> Option<Block> {
        let (mut block, is_pair, one) = match self.levels.pop() {
            Some(level) if level.is_mixed => return None,
            Some(level) => (level.block, level.is_pair, level.one),
            // It began before the lines that were read.
            None => (std::mem::take(&mut self.paragraph), false, None),
        };
        if block.is_empty() {
            self.block().ids.complete(&block.ids);
            return None;
        }
        if block.is_complete() {
            return Some(block);
        }
        block.ids.machine = block.ids.machine.or(one);
        if let Some(Level { is_list: true, is_mixed, block: list, .. }) = self.levels.last_mut()
            && !is_pair
        {
            if list.is_empty() && !*is_mixed {
                *list = block;
            } else {
                *is_mixed = true;
            }
            return None;
        }
        self.bubble(block)
    }

    /// Moves a half from an object to the enclosing one.
    fn bubble(&mut self, half: Block) -> Option<Block> {
        let is_paragraph = self.levels.is_empty();
        let around = self.block();
        if half.is_gone {
            return None;
        }
        let is_twice = (half.user.is_some() && around.user.is_some())
            || (half.host.is_some() && around.host.is_some())
            || around.is_of_another(&half.ids);
        if is_twice && !is_paragraph {
            return None;
        }
        let made_room = is_twice.then(|| std::mem::take(around));
        around.ids.complete(&half.ids);
        around.user = around.user.take().or(half.user);
        around.host = around.host.take().or(half.host);
        around.private_host = around.private_host.take().or(half.private_host);
        around.port = around.port.take().or(half.port);
        around.identity_file = around.identity_file.take().or(half.identity_file);
        around.host_key = around.host_key.take().or(half.host_key);
        if around.jump.is_empty() {
            around.jump = half.jump;
        }
        made_room
    }

    /// Adds a user; returns the block that ends because the paragraph has another user already.
    pub(super) fn add_user(&mut self, user: UserHalf) -> Option<Block> {
        let is_paragraph = self.levels.is_empty();
        if is_paragraph && let Some(ended) = self.end_of_paragraph(user.line) {
            self.paragraph.user = Some(user);
            return Some(ended);
        }
        self.forget_far_port(user.line);
        let block = self.block();
        match &block.user {
            Some(known) if known.value == user.value || !is_paragraph => None,
            // The host between them belongs to the nearer one.
            Some(known) if block.is_nearer(user.line, known.line) => {
                block.user = Some(user);
                None
            }
            Some(_) => {
                let ended = std::mem::take(block);
                block.user = Some(user);
                Some(ended)
            }
            None => {
                block.user = Some(user);
                None
            }
        }
    }

    /// Adds a host; returns the block that ends because the paragraph has another host already.
    pub(super) fn add_host(&mut self, host: HostHalf, is_private: bool) -> Option<Block> {
        let is_paragraph = self.levels.is_empty();
        if is_paragraph && let Some(ended) = self.end_of_paragraph(host.line) {
            let place = if is_private {
                &mut self.paragraph.private_host
            } else {
                &mut self.paragraph.host
            };
            *place = Some(host);
            return Some(ended);
        }
        self.forget_far_port(host.line);
        let block = self.block();
        let place = if is_private { &mut block.private_host } else { &mut block.host };
        match place {
            Some(known) if known.value.host == host.value.host => {
                known.value.port = known.value.port.or(host.value.port);
                None
            }
            Some(_) if !is_paragraph || is_private => None,
            // The two addresses of one machine; we keep the IPv4 one, which more networks can
            // reach.
            Some(known)
                if known.value.host.is_v6() != host.value.host.is_v6()
                    && known.line + SAME_MACHINE_LINES >= host.line =>
            {
                if known.value.host.is_v6() {
                    *known = host;
                }
                None
            }
            // The host of another line has nothing to do with the user between them.
            Some(known)
                if !known.value.name.is_announcement
                    && host.value.name.is_announcement
                    && block.user.as_ref().is_some_and(|user| {
                        user.line > known.line && host.line - user.line <= user.line - known.line
                    }) =>
            {
                *known = host;
                None
            }
            Some(_) => {
                let ended = std::mem::take(block);
                block.host = Some(host);
                Some(ended)
            }
            None => {
                *place = Some(host);
                None
            }
        }
    }

    /// Records that a line offers the halves just before it.
    pub(super) fn offer(&mut self, line: u64) {
        self.paragraph.offer(line);
        for level in &mut self.levels {
            level.block.offer(line);
        }
    }

    /// Records that the machine of the block is gone, if a line says so near its values.
    pub(super) fn mark_gone(&mut self, line: u64) {
        let is_paragraph = !self.is_nested();
        let block = self.block();
        if !is_paragraph || !block.is_empty() && !block.is_far(line) {
            block.is_gone = true;
        }
    }

    /// Records what the line is about; returns the block that ends if it was about something else.
    pub(super) fn about(&mut self, ids: &Ids) -> Option<Block> {
        let is_paragraph = self.levels.is_empty();
        let block = self.block();
        let ended = (is_paragraph && block.is_of_another(ids)).then(|| std::mem::take(block));
        block.ids.complete(ids);
        ended
    }

    /// A line with both halves: closes what is open of the paragraph, without this line.
    pub(super) fn end_sentence(&mut self) -> Option<Block> {
        let ends = self.levels.is_empty() && !self.is_json && !self.paragraph.is_empty();
        ends.then(|| std::mem::take(&mut self.paragraph))
    }

    /// A blank line: unless inside an object, the paragraph ends with the next value that does not
    /// belong to it.
    pub(super) fn end_paragraph(&mut self) {
        self.is_after_blank = self.levels.is_empty() && !self.is_json;
    }

    /// Ends the paragraph before the blank line, because a line has a half for another one.
    fn end_of_paragraph(&mut self, line: u64) -> Option<Block> {
        let is_after = std::mem::take(&mut self.is_after_blank) && self.levels.is_empty();
        let ends = is_after && (self.paragraph.is_complete() || self.paragraph.is_far(line));
        ends.then(|| std::mem::take(&mut self.paragraph))
    }

    /// Ends everything, the outermost first.
    pub(super) fn close_all(&mut self) -> Vec<Block> {
        self.is_after_blank = false;
        let mut blocks = vec![std::mem::take(&mut self.paragraph)];
        blocks
            .extend(self.levels.drain(..).filter(|level| !level.is_mixed).map(|level| level.block));
        self.is_json = false;
        blocks
    }
}
