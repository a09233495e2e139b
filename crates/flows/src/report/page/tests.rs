use super::*;
use crate::report::sample;
use crate::report::{Cell, FindReport, MatrixRow, Seen};

/// Pages for the check in a browser: `scripts/check-page` asks for them.
#[test]
fn pages_for_a_browser() {
    let Ok(folder) = std::env::var("MIMICRED_PAGES") else { return println!("skipped: MIMICRED_PAGES is not set") };
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let pages = [
        ("sample", sample::connection(19)),
        ("leak", sample::with_leak(sample::connection(12))),
        ("crowd", sample::crowd(150)),
        ("hostile", hostile()),
    ];
    for (name, report) in pages {
        std::fs::write(folder.join(format!("{name}.html")), html(&report)).unwrap();
    }
}

const EVIL: &str = "</style></title><script>alert(1)</script><img src=x onerror='a'>\" onload=\"b\" & \u{202e}\u{1b}[2J\n";

/// Every text of the report says what it should not.
fn hostile() -> FlowReport {
    let mut report = sample::with_leak(sample::connection(6));
    let evil = || EVIL.to_owned();
    (report.title, report.what, report.suite, report.seed) = (evil(), evil(), evil(), Some(evil()));
    report.parties.iter_mut().for_each(|party| (party.name, party.of, party.what) = (evil(), Some(evil()), evil()));
    report.phases.iter_mut().for_each(|phase| (phase.name, phase.what) = (evil(), evil()));
    for step in &mut report.steps {
        (step.from, step.to, step.path, step.note, step.phase) = (evil(), "x".into(), evil(), evil(), evil());
        (step.room, step.kind) = (Some(evil()), EVIL);
    }
    report.outcomes.iter_mut().for_each(|outcome| (outcome.what, outcome.code) = (evil(), Some(evil())));
    report.facts.iter_mut().for_each(|fact| *fact = evil());
    for row in &mut report.matrix {
        row.party = evil();
        row.cells = vec![Seen::Saw { how: evil() }.into(), Seen::Inherent { why: evil() }.into(), Seen::NotSeen.into()];
    }
    for statement in &mut report.statements {
        (statement.id, statement.sentence, statement.exception) = (evil(), evil(), Some(evil()));
        statement.tested_on = vec![evil()];
        for find in &mut statement.finds {
            *find = FindReport { needle: evil(), encoding: evil(), who: evil(), view: evil(), what: evil(), ..find.clone() };
        }
    }
    report.totals.by_kind.iter_mut().for_each(|kind| kind.kind = EVIL);
    report.flow = EVIL;
    report
}

/// Where a tag is that the page does not make itself, or an attribute that runs something.
fn unknown_tags(html: &str) -> Vec<&str> {
    const TAGS: [&str; 41] = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "main", "section", "p", "h1", "h2", "h3", "dl",
        "div", "dt", "dd", "ul", "ol", "li", "span", "b", "code", "svg", "path", "circle", "text", "rect", "table", "thead",
        "tbody", "tfoot", "tr", "th", "td", "sup", "a", "details", "summary", "br",
    ];
    let names = html.split('<').skip(1).map(|tag| tag.trim_start_matches('/'));
    let names = names.map(|tag| tag.split(|c: char| !c.is_ascii_alphanumeric() && c != '!').next().unwrap_or_default());
    names.filter(|name| name.is_empty() || !TAGS.contains(name)).collect()
}

#[test]
fn hostile_texts_stay_texts() {
    let html = html(&hostile());
    assert_eq!(unknown_tags(&html), Vec::<&str>::new());
    for absent in ["<script", "<img", "onerror='", "onload=\"", "\u{202e}", "\u{1b}"] {
        assert!(!html.contains(absent), "{absent:?}");
    }
    // The texts of the report are all there: 7 facts, a title twice, ..
    assert!(html.matches("&lt;script&gt;alert(1)&lt;/script&gt;").count() > 50);
    assert_eq!(html.matches("</style>").count(), 1);
    assert_eq!(html.matches("</title>").count(), 1);
}

/// Nothing of the page comes from elsewhere, and a browser is told so before anything else.
#[test]
fn the_page_is_all_there_is() {
    let html = html(&sample::with_leak(sample::crowd(150)));
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    let at = html.find(policy).unwrap();
    assert!(at < html.find("<title>").unwrap() && at < html.find("<style>").unwrap());
    for absent in ["src=", "url(", "@import", "<link", "<script", "javascript:", "http://", "https://"] {
        assert!(!html.contains(absent), "{absent}");
    }
    let links = html.split("href=\"").skip(1);
    assert!(links.clone().count() > 10 && links.into_iter().all(|link| link.starts_with('#')));
    assert_eq!(unknown_tags(&html), Vec::<&str>::new());
}

/// Every link goes to something that is there once.
#[test]
fn links_have_one_target() {
    let html = html(&sample::with_leak(sample::connection(19)));
    for link in html.split("href=\"#").skip(1).chain(html.split("labelledby=\"").skip(1)) {
        let target = link.split('"').next().unwrap();
        assert_eq!(html.matches(&format!(" id=\"{target}\"")).count(), 1, "{target}");
    }
}

/// Tags that are opened are closed, in their order.
#[test]
fn elements_are_closed() {
    for report in [sample::connection(19), sample::with_leak(sample::crowd(60)), hostile()] {
        let html = html(&report);
        let mut open = Vec::new();
        for tag in html.split('<').skip(1) {
            let (name, rest) = tag.split_at(tag.find(|c: char| c.is_whitespace() || c == '>').unwrap());
            if matches!(name, "!DOCTYPE" | "meta" | "br") || name.ends_with('/') || rest.split('>').next().unwrap().ends_with('/')
            {
                continue;
            }
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None => open.push(name.trim_end_matches('/')),
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }
}

#[test]
fn each_message_is_an_arrow_and_a_sentence() {
    let html = html(&sample::connection(19));
    assert_eq!(html.matches("<li class=\"step ").count(), 19);
    assert_eq!(html.matches("class=\"head\"").count(), 19);
    assert!(html.contains("<span class=\"unseen\">b.example to Bob&#39;s laptop: Delivery, 1204 octets, room R1.</span>"));
    // Three phases, and in two colours two rooms.
    assert_eq!(html.matches("class=\"phase\"").count(), 3);
    assert!(html.contains("class=\"step r1\"") && html.contains("class=\"step r2\"") && !html.contains("class=\"step r3\""));
}

/// From the second column, 148 wide, to the first: from 222 to 74, with the tip three off the lifeline.
#[test]
fn arrows_go_from_lifeline_to_lifeline() {
    let mut report = sample::connection(2);
    report.parties.truncate(2);
    report.steps.remove(0);
    let html = html(&report);
    assert!(
        html.contains(
            "<circle cx=\"222\" cy=\"27\" r=\"3\"/><path d=\"M222 27H86\"/><path class=\"head\" d=\"M77 27L86 23V31Z\"/>"
        )
    );
}

#[test]
fn somebody_who_is_no_party_has_a_lifeline_too() {
    let mut report = sample::connection(1);
    report.parties.clear();
    let html = html(&report);
    assert!(html.contains("--width:296px"));
    assert!(html.contains("<b>Alice&#39;s phone</b>") && html.contains("<b>a.example</b>"));
}

/// Each reason is told once, and the cells say everything in words.
#[test]
fn the_matrix_says_it_in_words() {
    let mut report = sample::connection(1);
    report.facts.truncate(3);
    let why = || Seen::Inherent { why: "it issued it".into() };
    let cells = |seen: [Seen; 3]| seen.map(Cell::from).to_vec();
    report.matrix = vec![
        MatrixRow { party: "a.example".into(), cells: cells([why(), Seen::NotSeen, why()]) },
        MatrixRow { party: "b.example".into(), cells: cells([Seen::Saw { how: "in message 4".into() }, Seen::NotSeen, why()]) },
    ];
    let html = html(&report);
    assert_eq!(html.matches("it issued it").count(), 1);
    assert_eq!(html.matches("aria-label=\"note 1\"").count(), 3);
    assert!(html.contains("<td class=\"saw\"><span aria-hidden=\"true\">●</span> saw<sup><a href=\"#note-2\""));
    assert_eq!(html.matches("</span> not seen</td>").count(), 2);
    assert!(html.contains("<li id=\"note-2\">in message 4</li>"));
}

#[test]
fn what_fails_is_said_first_and_open() {
    let html = html(&sample::with_leak(sample::connection(19)));
    assert!(html.contains("1 of 7 statements does not hold. 1 of 3 outcomes is not what it must be."));
    let details: Vec<&str> = html.split("<details class=\"").skip(1).collect();
    assert!(details[0].starts_with("bad\" open>") && details[0].contains(">S-4<"));
    assert!(details[1].starts_with("good\">") && details[1].contains(">S-1<"));
    assert_eq!(details.len(), 7);
    let good = super::html(&sample::connection(19));
    assert!(good.contains("All 7 statements about who must not learn what hold. Everything came out as it must."));
}

#[test]
fn an_empty_report_is_a_page() {
    let mut report = sample::connection(0);
    (report.parties, report.outcomes, report.facts) = (Vec::new(), Vec::new(), Vec::new());
    (report.matrix, report.statements, report.phases) = (Vec::new(), Vec::new(), Vec::new());
    let html = html(&report);
    assert!(!html.contains("<section") && html.ends_with("</main>\n</body>\n</html>\n"));
}
