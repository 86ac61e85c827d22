//! Access lists as text (MS-DTYP §2.5.1, the security descriptor definition language): whom they
//! admit.

/// The trustees that one list admits and the other does not, by name if they have one.
pub(super) fn strangers(list: &str, expected: &str) -> Vec<String> {
    let (Some(entries), Some(expected)) = (admitted(list), admitted(expected)) else {
        // A missing list forbids nothing.
        return vec!["everyone".into()];
    };
    let mut strangers: Vec<String> = entries
        .into_iter()
        .filter(|trustee| !expected.contains(trustee))
        .map(|trustee| in_words(trustee).to_owned())
        .collect();
    strangers.sort();
    strangers.dedup();
    strangers
}

/// The trustees with an entry that allows something on the object itself; `None` if there is no
/// list.
fn admitted(description: &str) -> Option<Vec<&str>> {
    let (_, list) = description.split_once("D:")?;
    if list.contains("NO_ACCESS_CONTROL") {
        return None;
    }
    let entries = list.split('(').skip(1).filter_map(|entry| {
        let mut fields = entry.split([';', ')']);
        let (kind, flags) = (fields.next()?, fields.next()?);
        let trustee = fields.nth(3)?;
        let is_only_inherited = flags.as_bytes().chunks(2).any(|flag| flag == b"IO");
        (["A", "OA", "XA"].contains(&kind) && !is_only_inherited).then_some(trustee)
    });
    Some(entries.collect())
}

fn in_words(trustee: &str) -> &str {
    match trustee {
        "WD" => "everyone",
        "AU" => "all authenticated users",
        "BU" => "all users",
        "BG" => "guests",
        "IU" => "interactive users",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_readers_are_users_that_a_new_file_would_exclude() {
        let ours = "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)";
        let table: [(&str, &[&str]); 6] = [
            (ours, &[]),
            ("D:P(A;;FA;;;S-1-5-21-1-2-3-1001)", &[]),
            ("D:AI(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;FR;;;WD)", &["all users", "everyone"]),
            ("D:(A;OICIIO;GA;;;CO)(D;;FA;;;WD)", &[]),
            ("D:NO_ACCESS_CONTROL", &["everyone"]),
            (
                "D:(A;;FR;;;S-1-5-21-9-9-9-1002)(A;;FW;;;S-1-5-21-9-9-9-1002)",
                &["S-1-5-21-9-9-9-1002"],
            ),
        ];
        for (list, expected) in table {
            assert_eq!(strangers(list, ours), expected, "{list}");
        }
    }
}
