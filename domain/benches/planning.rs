//! How long planning takes. `cargo bench -p taiwa-domain --bench planning`.

use std::hint::black_box;

use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use taiwa_domain::planning::{generate::Shape, solve};

fn planning(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("planning");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    let uniform = |managers| Shape { managers, ..Shape::default() }.instance(1);
    let mixed = |managers| Shape { managers, ..Shape::mixed() }.instance(1);
    for (name, instance) in [
        ("uniform, 60 managers", uniform(60)),
        ("uniform, 1,000 managers", uniform(1_000)),
        ("uniform, 5,000 managers", uniform(5_000)),
        ("mixed, 60 managers", mixed(60)),
        ("mixed, 1,000 managers", mixed(1_000)),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| solve(black_box(&instance))));
    }
    group.finish();
}

criterion_group!(benches, planning);
criterion_main!(benches);
