use std::sync::{Arc, Mutex};

use super::*;

fn message(kind: &'static str, octets: usize) -> Message {
    Message::new(7, "a.example", "b.example", kind, vec![0; octets]).path("POST /x").note("says hello").room("R1")
}

#[test]
fn messages_are_numbered_and_belong_to_the_phase_they_are_in() {
    let mut record = Record::new();
    assert_eq!(record.message(message("One", 1)), 1);
    record.phase("later");
    assert_eq!(record.message(message("Two", 2)), 2);
    let told: Vec<(u32, &str)> = record.messages().iter().map(|message| (message.number, message.phase.as_str())).collect();
    assert_eq!(told, [(1, ""), (2, "later")]);
    assert_eq!(record.get(2).map(|message| message.kind), Some("Two"));
    assert!(record.get(0).is_none() && record.get(3).is_none());
}

#[test]
fn the_observer_is_told_at_once_and_with_the_number() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    let mut record = Record::new().with_observer(move |message| ear.lock().unwrap().push((message.number, message.octets.len())));
    record.phase("p");
    record.message(message("One", 5));
    assert_eq!(*heard.lock().unwrap(), [(1, 5)]);
    record.message(message("Two", 6));
    assert_eq!(*heard.lock().unwrap(), [(1, 5), (2, 6)]);
}

/// mimi-mls 4.1: HUB(R) whoever the hub is, PRV(X) of one provider, ENT(X) the union.
#[test]
fn views_are_what_they_say() {
    let mut record = Record::new();
    let hub = |room: &str| View::Hub(room.into());
    record.saw("a", hub("R1"), "1", None, vec![1]);
    record.saw("a", hub("R2"), "2", None, vec![2]);
    record.saw("b", hub("R1"), "3", Some(9), vec![3]);
    record.saw("a", View::Provider, "4", None, vec![4]);
    record.saw("a", View::Store, "5", None, vec![5]);
    record.saw("b", View::Provider, "6", None, vec![6]);
    let whats = |sights: &mut dyn Iterator<Item = &Sight>| sights.map(|sight| sight.what.clone()).collect::<String>();
    assert_eq!(whats(&mut record.hub("R1")), "13");
    assert_eq!(whats(&mut record.view("a", &hub("R1"))), "1");
    assert_eq!(whats(&mut record.view("a", &View::Provider)), "4");
    assert_eq!(whats(&mut record.entity("a")), "1245");
    assert_eq!(whats(&mut record.entity("c")), "");
    assert_eq!(record.sights().len(), 6);
}

#[test]
fn totals_count_by_kind_in_order_of_appearance() {
    let mut record = Record::new();
    for (kind, octets) in [("B", 3), ("A", 4), ("B", 10)] {
        record.message(message(kind, octets));
    }
    let totals = record.totals();
    assert_eq!((totals.messages, totals.octets), (3, 17));
    let by_kind: Vec<_> = totals.by_kind.iter().map(|total| (total.kind, total.messages, total.octets)).collect();
    assert_eq!(by_kind, [("B", 2, 13), ("A", 1, 4)]);
}

#[test]
fn debug_has_sizes_and_no_octets() {
    let mut record = Record::new();
    record.message(Message::new(0, "a", "b", "K", vec![211; 3]));
    record.saw("a", View::Login, "it", None, vec![212; 4]);
    let text = format!("{record:?}");
    assert!(text.contains("octets: 3") && text.contains("octets: 4"));
    assert!(!text.contains("211") && !text.contains("212"));
}

#[test]
fn views_have_names_for_people() {
    let names: Vec<String> =
        [View::Hub("R1".into()), View::Provider, View::Store, View::Issuer, View::Login, View::Member("L".into()), View::Outside]
            .iter()
            .map(View::to_string)
            .collect();
    assert_eq!(names, ["hub of R1", "provider", "KeyPackage store", "issuer", "login and delivery", "member of L", "outside"]);
}
