use super::*;

fn parsed(text: &str) -> Value<'_> {
    json::parse(text, &LIMITS).unwrap()
}

#[test]
fn hexadecimal_digits_have_one_spelling() {
    assert_eq!(unhex("00ff1a"), Some(vec![0, 255, 26]));
    assert_eq!(hex(&[0, 255, 26]), "00ff1a");
    for bad in ["0", "0g", "FF", "0x00", " 00", "00 "] {
        assert_eq!(unhex(bad), None, "{bad:?}");
    }
}

#[test]
fn what_fits_stands_on_one_line() {
    let short = parsed(r#"{"a":[1,"b",null],"c":{}}"#);
    assert_eq!(pretty(&short), "{ \"a\": [1, \"b\", null], \"c\": {} }\n");
}

#[test]
fn what_is_long_is_taken_apart_and_reads_the_same() {
    let long = "x".repeat(WIDTH);
    let text = format!(r#"{{"long":"{long}","list":[["{long}"],[]],"n":1.50}}"#);
    let written = pretty(&parsed(&text));
    assert_eq!(
        written,
        format!("{{\n  \"long\": \"{long}\",\n  \"list\": [\n    [\n      \"{long}\"\n    ],\n    []\n  ],\n  \"n\": 1.50\n}}\n")
    );
    assert!(same(&parsed(&written), &parsed(&text)));
}

#[test]
fn what_is_wrong_with_an_input_has_a_place() {
    let operation = crate::operation::find("sd-jwt/verify").unwrap();
    let wrong = |text: &'static str, read: fn(Input<'_>) -> Result<(), Error>| {
        let Value::Map(map) = parsed(text) else { panic!("an object") };
        Input::of(operation, &map).and_then(read).unwrap_err().to_string()
    };
    let place = |what: &str| format!("the input of this case is not what its operation takes: {what})");
    assert_eq!(wrong(r#"{"tokn":""}"#, |_| Ok(())), place("unknown (at input.tokn"));
    assert_eq!(wrong("{}", |input| input.text("presentation").map(drop)), place("missing (at input.presentation"));
    assert_eq!(
        wrong(r#"{"presentation":1}"#, |input| input.text("presentation").map(drop)),
        place("not text (at input.presentation")
    );
    assert_eq!(wrong(r#"{"now":"1"}"#, |input| input.int::<i64>("now").map(drop)), place("not an integer (at input.now"));
    assert_eq!(wrong(r#"{"leeway":-1}"#, |input| input.int::<u32>("leeway").map(drop)), place("out of range (at input.leeway"));
    assert_eq!(wrong(r#"{"issuers":[1]}"#, |input| input.records("issuers").map(drop)), place("not objects (at input.issuers"));
}
