//! How long a preview takes and how much memory the process needs for it.
//!
//! `cargo run --release -p taiwa-tabular --example preview_speed -- [ROWS] [FILE]`
//!
//! Without a file it makes one: Japanese names, department paths, managers by number, one person
//! in twenty with a concurrent post.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use chrono::NaiveDate;
use taiwa_domain::{
    id::IdSource,
    organization::{
        Locale, Snapshot,
        import::{Mode, Options, apply::apply_to_snapshot, plan},
    },
};
use taiwa_tabular::{Limits, read};

#[derive(Default)]
struct Ids(AtomicU64);

impl IdSource for Ids {
    fn next(&self) -> uuid::Uuid {
        uuid::Uuid::from_u64_pair(7, self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

fn file(rows: usize) -> String {
    const FAMILY: [&str; 8] = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村"];
    const GIVEN: [&str; 8] = ["太郎", "花子", "一郎", "美咲", "健", "陽菜", "大輔", "直樹"];
    let mut text = String::from(
        "社員番号,氏名,フリガナ,メールアドレス,部署,役職,雇用区分,上司社員番号,兼務,入社日,退職日,勤務形態\r\n",
    );
    for index in 0..rows {
        let (family, given) = (FAMILY[index % 8], GIVEN[index / 8 % 8]);
        let (head, part) = (index % 40, index % 1000);
        let manager = if index == 0 { String::new() } else { format!("{:06}", (index - 1) / 8) };
        let post = if index % 20 == 7 { format!("第{head}本部:担当") } else { String::new() };
        let _ = write!(
            text,
            "{index:06},{family} {given},ヤマダ タロウ,user{index}@example.co.jp,第{head}本部/第{part}部,担当,正社員,{manager},{post},{}/{}/{},,ハイブリッド\r\n",
            1990 + index % 35,
            1 + index % 12,
            1 + index % 28,
        );
    }
    text
}

fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let rows = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let path = arguments.next();
    let bytes = match &path {
        Some(path) => std::fs::read(path).expect("a file to read"),
        None => file(rows).into_bytes(),
    };
    let today = NaiveDate::from_ymd_opt(2026, 4, 1).expect("a day");
    let mut organization = Snapshot {
        revision: 1,
        day: today,
        zone: chrono_tz::Tz::Asia__Tokyo,
        locale: Locale::Ja,
        departments: Vec::new(),
        persons: Vec::new(),
    };
    for round in ["into an empty organization", "the same file again"] {
        let start = Instant::now();
        let table = read(&bytes, path.as_deref(), &Limits::default()).expect("a readable file");
        let reading = start.elapsed();
        let options = Options::new(Mode::Snapshot, today, today);
        let preview = plan(&organization, &table, &options);
        let total = start.elapsed();
        println!(
            "{round}: {} rows, {} changes, read {:.3} s, planned {:.3} s, total {:.3} s, peak {} MB",
            preview.counts.rows,
            preview.changes.len(),
            reading.as_secs_f64(),
            (total - reading).as_secs_f64(),
            total.as_secs_f64(),
            peak_megabytes().unwrap_or_default(),
        );
        organization = apply_to_snapshot(&organization, &preview.writes, &Ids::default());
    }
}
