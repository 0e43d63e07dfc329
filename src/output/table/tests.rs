//! Tables as the AWS CLI draws them, recorded from it.

use super::*;

fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("the test's own JSON is valid")
}

/// Document, terminal width, and the lines of the table.
type Drawing = (&'static str, Option<usize>, &'static [&'static str]);

fn check(drawings: &[Drawing]) {
    for (json, terminal_width, want) in drawings {
        let got = render("Op", &value(json), TableColor::Off, *terminal_width)
            .map(WriteBuffer::into_text);
        let want: String = want.iter().flat_map(|line| [line, "\n"]).collect();
        assert_eq!(got, Ok(want), "{json}");
    }
}

#[test]
fn draws_object_as_header_and_row() {
    check(&[
        (
            r#"{"a": 1}"#,
            None,
            &[
                "------------",
                "|    Op    |",
                "+----+-----+",
                "|  a |  1  |",
                "+----+-----+",
            ],
        ),
        (
            r#"{"b": "x", "a": null}"#,
            None,
            &[
                "---------------",
                "|     Op      |",
                "+-------+-----+",
                "|   a   |  b  |",
                "+-------+-----+",
                "|  None |  x  |",
                "+-------+-----+",
            ],
        ),
        (r#"{"long heading": []}"#, None, &["----", "|Op|", "+--+"]),
        (
            r#"{"": {"a": ""}}"#,
            None,
            &[
                "-------------",
                "|    Op     |",
                "+-----------+",
                "|+----+----+|",
                "||  a |    ||",
                "|+----+----+|",
            ],
        ),
    ]);
}

#[test]
fn draws_list_item_as_row() {
    check(&[
        (
            r#"["a", 2.50, false]"#,
            None,
            &[
                "-----------",
                "|   Op    |",
                "+---------+",
                "|  a      |",
                "|  2.5    |",
                "|  False  |",
                "+---------+",
            ],
        ),
        (
            r#"[["a", "bb"], [1, null]]"#,
            None,
            &[
                "---------------",
                "|     Op      |",
                "+----+--------+",
                "|  a |  bb    |",
                "|  1 |  None  |",
                "+----+--------+",
            ],
        ),
        (
            "[[[1, 2], [3, 4]], [5, 6]]",
            None,
            &[
                "------------",
                "|    Op    |",
                "+----+-----+",
                "|  1 |  2  |",
                "|  3 |  4  |",
                "|  5 |  6  |",
                "+----+-----+",
            ],
        ),
    ]);
}

#[test]
fn draws_cells_with_any_text() {
    check(&[
        (
            r#"[1, {"key": "value"}]"#,
            None,
            &[
                "---------",
                "|  Op   |",
                "+-------+",
                "|  1    |",
                "|  key  |",
                "+-------+",
            ],
        ),
        (
            r#"["a\nb\u0007\u001b[1m"]"#,
            None,
            &[
                "--------------",
                "|     Op     |",
                "+------------+",
                "|  a",
                "b\u{7}\u{1b}[1m  |",
                "+------------+",
            ],
        ),
    ]);
}

#[test]
fn draws_list_of_objects_under_shared_header() {
    check(&[
        (
            r#"[[{"k": 1}, {"k": 2}]]"#,
            None,
            &[
                "-------", "| Op  |", "+-----+", "|  k  |", "+-----+", "|  1  |", "|  2  |",
                "+-----+",
            ],
        ),
        (
            r#"[{"k": 1}, {"v": "日本", "k": "α"}]"#,
            None,
            &[
                "----------------",
                "|      Op      |",
                "+-----+--------+",
                "|  k  |   v    |",
                "+-----+--------+",
                "|  1  |        |",
                "|  α |  日本  |",
                "+-----+--------+",
            ],
        ),
    ]);
}

#[test]
fn draws_nested_value_as_section() {
    check(&[(
        r#"{"R": [{"k": "a", "n": ["p"]}, {"n": {"x": 1, "y": {}}}], "c": 3}"#,
        None,
        &[
            "----------------",
            "|      Op      |",
            "+------+-------+",
            "|  c   |  3    |",
            "+------+-------+",
            "||      R     ||",
            "|+------------+|",
            "||      k     ||",
            "|+------------+|",
            "||  a         ||",
            "|+------------+|",
            "|||     n    |||",
            "||+----------+||",
            "|||  p       |||",
            "||+----------+||",
            "||      R     ||",
            "|+------------+|",
            "||      k     ||",
            "|+------------+|",
            "||            ||",
            "|+------------+|",
            "|||     n    |||",
            "||+----+-----+||",
            "|||  x |  1  |||",
            "||+----+-----+||",
        ],
    )]);
}

#[test]
fn draws_key_as_column_and_section() {
    check(&[(
        r#"[{"k": 1}, {"k": {"n": [1]}}]"#,
        None,
        &[
            "----------------",
            "|      Op      |",
            "+--------------+",
            "|       k      |",
            "+--------------+",
            "|  1           |",
            "+--------------+",
            "||      k     ||",
            "|+------------+|",
            "|      Op      |",
            "+--------------+",
            "|       k      |",
            "+--------------+",
            "|  {'n': [1]}  |",
            "+--------------+",
            "||      k     ||",
            "|+------------+|",
            "|||     n    |||",
            "||+----------+||",
            "|||  1       |||",
            "||+----------+||",
        ],
    )]);
}

#[test]
fn draws_title_without_rows() {
    check(&[
        (r#""x""#, None, &["----", "|Op|", "+--+"]),
        ("7", None, &["----", "|Op|", "+--+"]),
        ("[{}]", None, &["----", "|Op|"]),
        (
            r#"[{"a": []}, "", []]"#,
            None,
            &["----", "|Op|", "|Op|", "|Op|"],
        ),
    ]);
}

#[test]
fn draws_vertically_if_wider_than_terminal() {
    check(&[
        (
            r#"{"aaaa": "bbbbbbbb", "c": "dd"}"#,
            Some(20),
            &[
                "--------------------",
                "|        Op        |",
                "+-----------+------+",
                "|   aaaa    |  c   |",
                "+-----------+------+",
                "|  bbbbbbbb |  dd  |",
                "+-----------+------+",
            ],
        ),
        (
            r#"{"aaaa": "bbbbbbbb", "c": "dd"}"#,
            Some(19),
            &[
                "----------------------",
                "|         Op         |",
                "+-------+------------+",
                "|  aaaa |  bbbbbbbb  |",
                "|  c    |  dd        |",
                "+-------+------------+",
            ],
        ),
        (
            r#"[{"a": 1, "b": 2}, {"a": 3, "b": 4}]"#,
            Some(0),
            &[
                "------------",
                "|    Op    |",
                "+----+-----+",
                "|  a |  b  |",
                "+----+-----+",
                "|  1 |  2  |",
                "|  3 |  4  |",
                "+----+-----+",
            ],
        ),
    ]);
}

#[test]
fn assumes_80_columns_without_terminal() {
    check(&[
        (
            r#"{"a": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "b": 1}"#,
            None,
            &[
                "------------------------------------------------------------------------------",
                "|                                     Op                                     |",
                "+-----------------------------------------------------------------------+----+",
                "|                                   a                                   | b  |",
                "+-----------------------------------------------------------------------+----+",
                "|  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  |  1 |",
                "+-----------------------------------------------------------------------+----+",
            ],
        ),
        (
            r#"{"a": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "b": 1}"#,
            None,
            &[
                "-------------------------------------------------------------------------------",
                "|                                     Op                                      |",
                "+------------------------------------------------------------------------+----+",
                "|                                    a                                   | b  |",
                "+------------------------------------------------------------------------+----+",
                "|  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  |  1 |",
                "+------------------------------------------------------------------------+----+",
            ],
        ),
    ]);
}

#[test]
fn draws_nothing_for_falsy_document() {
    for json in ["null", "false", "0", "0.0", "\"\"", "[]", "{}"] {
        let got = render("Op", &value(json), TableColor::On, None).map(WriteBuffer::into_text);
        assert_eq!(got, Ok(String::new()), "{json}");
    }
}

#[test]
fn reports_errors_of_python() {
    for (json, want) in [
        (
            r#"[["a"], [1, 2]]"#,
            "Row should have 1 elements, instead it has 2",
        ),
        (
            r#"[["a", "bb"], [1, {}]]"#,
            "Row should have 2 elements, instead it has 1",
        ),
        ("[[], [1]]", "Row should have 0 elements, instead it has 1"),
        (
            r#"[["a", "b"], [{"k": 1}, {"l": 2, "m": 3}]]"#,
            "list index out of range",
        ),
        (r#"[{"k": 1}, null]"#, "'NoneType' object is not iterable"),
        ("[{}, 1.5]", "'float' object is not iterable"),
        (r#"[{}, "s"]"#, "string indices must be integers, not 'str'"),
        (r#"[{"k": 1}, ""]"#, "'str' object has no attribute 'get'"),
        (r#"[{"k": 1}, []]"#, "'list' object has no attribute 'get'"),
        (
            r#"[{"k": []}, [0]]"#,
            "'list' object has no attribute 'get'",
        ),
        ("[{}, [9]]", "list index out of range"),
        ("[{}, [-2, 0]]", "'list' object has no attribute 'get'"),
        ("[{}, [-3, 0]]", "list index out of range"),
        (
            r#"[{}, ["x"]]"#,
            "list indices must be integers or slices, not str",
        ),
        (
            "[{}, [null]]",
            "list indices must be integers or slices, not NoneType",
        ),
        (
            "[{}, [99999999999999999999]]",
            "cannot fit 'int' into an index-sized integer",
        ),
        (
            r#"[{"": []}, ""]"#,
            "string indices must be integers, not 'str'",
        ),
    ] {
        let got = render("Op", &value(json), TableColor::Off, None).map(WriteBuffer::into_text);
        assert_eq!(got, Err(want.to_owned()), "{json}");
    }
}

#[test]
fn resets_color_after_every_write() {
    let document = value(r#"{"k": 1, "n": ["v"]}"#);
    let want = [
        "------------\n",
        "\u{1b}[0m\u{1b}[0m|    Op    |\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[0m+----+-----+\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[0m|  \u{1b}[1m\u{1b}[34mk\u{1b}[0m |  \u{1b}[1m\u{1b}[34m1\u{1b}[0m  |\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[0m+----+-----+\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m|    n   |\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m+--------+\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m|  \u{1b}[1m\u{1b}[34mv\u{1b}[0m     |\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m\n",
        "\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m+--------+\u{1b}[0m\u{1b}[2m\u{1b}[33m|\u{1b}[0m\u{1b}[0m\n",
        RESET,
    ];
    let got = render("Op", &document, TableColor::On, None).map(WriteBuffer::into_text);
    assert_eq!(got, Ok(want.concat()));
}
